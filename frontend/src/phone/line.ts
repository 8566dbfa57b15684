// The line itself: SIP over a websocket, sound over WebRTC. It registers, rings, answers; it decides nothing.
import JsSIP from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { RTCSessionEvent } from "jssip/lib/UA";
import type { Line } from "./talk";

export interface Login {
  account: string;
  secret: string;
  realm: string;
  server: string;
}

const GATHERED = 100; // milliseconds after the last way was found: nobody waits for ways that do not come
const AGAIN = 400;

export class Phone {
  private ua: JsSIP.UA | null = null;
  private session: RTCSession | null = null;
  private again = 0;
  private tries = 0;
  readonly state: Line = { registered: false, session: "none", muted: false, problem: "" };

  /** `came`: a call rings; true lets it be answered at once. `changed`: something else is to be shown. */
  constructor(
    private readonly sound: HTMLAudioElement,
    private readonly came: () => boolean,
    private readonly changed: () => void,
  ) {}

  /** Sign in at the exchange; it may not know a new secret for a moment, so a refusal is tried again. */
  open(login: Login): void {
    this.ua?.stop();
    const socket = new JsSIP.WebSocketInterface(login.server);
    const ua = new JsSIP.UA({
      sockets: [socket],
      uri: `sip:${login.account}@${login.realm}`,
      authorization_user: login.account,
      password: login.secret,
      realm: login.realm,
      register: true,
      register_expires: 120,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 5,
      user_agent: "hotline",
    });
    ua.on("registered", () => {
      this.tries = 0;
      this.set({ registered: true, problem: "" });
    });
    ua.on("unregistered", () => this.set({ registered: false }));
    ua.on("disconnected", () => {
      this.forgetRing();
      this.set({ registered: false, problem: "phone_unreachable" });
    });
    ua.on("registrationFailed", () => {
      this.set({ registered: false, problem: this.tries > 8 ? "phone_refused" : "" });
      this.tries += 1;
      window.clearTimeout(this.again);
      this.again = window.setTimeout(() => ua.register(), Math.min(AGAIN * this.tries, 5000));
    });
    ua.on("newRTCSession", (event: RTCSessionEvent) => this.take(event));
    this.ua = ua;
    ua.start();
  }

  private take({ session, originator }: RTCSessionEvent): void {
    if (originator !== "remote") {
      session.terminate();
      return;
    }
    // The exchange rings a person for one call at a time: what this window still holds is over, though it did not hear so.
    const before = this.session;
    this.session = session;
    if (before !== null && !before.isEnded()) before.terminate();
    session.on("peerconnection", ({ peerconnection }) => {
      peerconnection.addEventListener("track", (event) => {
        this.sound.srcObject = event.streams[0] ?? new MediaStream([event.track]);
        void this.sound.play().catch(() => this.set({ problem: "phone_silent" }));
      });
    });
    let gathering = 0;
    session.on("icecandidate", (event) => {
      window.clearTimeout(gathering);
      gathering = window.setTimeout(event.ready, GATHERED);
    });
    session.on("accepted", () => this.set({ session: "up", muted: false }));
    const over = (): void => {
      if (this.session !== session) return;
      this.session = null;
      this.sound.srcObject = null;
      this.set({ session: "none", muted: false });
    };
    session.on("ended", over);
    session.on("failed", over);
    session.on("getusermediafailed", () => this.set({ problem: "phone_microphone" }));
    const at_once = this.came();
    this.set({ session: "ringing" });
    if (at_once) this.answer();
  }

  /** Without the exchange a call that rings cannot be picked up any more; a talk goes on, its sound has a way of its own. */
  private forgetRing(): void {
    if (!this.session?.isInProgress()) return;
    this.session = null;
    this.state.session = "none";
  }

  answer(): void {
    if (this.session?.isInProgress()) {
      this.session.answer({ mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } });
    }
  }

  mute(on: boolean): void {
    if (!this.session?.isEstablished()) return;
    if (on) this.session.mute({ audio: true });
    else this.session.unmute({ audio: true });
    this.set({ muted: on });
  }

  keys(text: string): void {
    if (this.session?.isEstablished() && /^[0-9*#]{1,20}$/.test(text)) this.session.sendDTMF(text, { duration: 120 });
  }

  private set(change: Partial<Line>): void {
    Object.assign(this.state, change);
    this.changed();
  }
}
