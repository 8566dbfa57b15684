// How the pages of one browser speak about its telephone: the window that holds the line, and the bars above the work.
// Nothing of this is kept: what a person does is the server's to say; here is only what the browser alone can do.

export type Ask = "answer" | "mute" | "unmute" | "keys" | "tell";
export interface Word {
  ask?: Ask;
  keys?: string;
  line?: Line;
}
/** What the window tells of the line. */
export interface Line {
  registered: boolean;
  session: "none" | "ringing" | "up";
  muted: boolean;
  problem: string;
}

const NAME = "hotline-phone";

export class Talk {
  private readonly channel = new BroadcastChannel(NAME);

  constructor(hear: (word: Word) => void) {
    this.channel.addEventListener("message", (event) => hear(event.data as Word));
  }

  say(word: Word): void {
    this.channel.postMessage(word);
  }
}

export const WINDOW = NAME;
