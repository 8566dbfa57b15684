// The telephone's own window: it holds the line while the person walks through the pages of his work. What he does is
// the server's to say; after a reload the window signs in anew and asks for the talk that was going on.
import { post } from "../dom";
import { word } from "../words";
import { Phone, type Login } from "./line";
import { Bell } from "./ring";
import { Talk, type Word } from "./talk";

const REJOIN = 15_000; // milliseconds within which the ring for a talk that goes on is answered by itself

const root = document.getElementById("telephone");
const sound = document.getElementById("telephone-sound");

function shown(): string {
  return document.querySelector<HTMLElement>("[data-phone-state]")?.dataset["phoneState"] ?? "";
}

function start(root: HTMLElement, sound: HTMLAudioElement): void {
  const bell = new Bell();
  let greeted = false;
  let asked = false; // for the talk that was going on when the page was loaded
  const ask = (kind: string): void => {
    void post(root.dataset["askUrl"] ?? "", new URLSearchParams({ kind }));
  };
  const tell = (): void => {
    talk.say({ line: phone.state });
    bell.ring(phone.state.session === "ringing" && !asked);
    const place = document.getElementById("telephone-line");
    if (place) {
      const text = phone.state.problem || (phone.state.registered ? "phone_connected" : "phone_connecting");
      place.textContent = word(text);
      place.dataset["tone"] = phone.state.problem ? "red" : phone.state.registered ? "green" : "amber";
    }
    if (phone.state.registered && !greeted) {
      greeted = true;
      if (shown() === "talking") {
        asked = true;
        window.setTimeout(() => (asked = false), REJOIN);
        ask("rejoin");
      } else ask("sign_in");
    }
    if (phone.state.session === "up") asked = false;
  };
  // What he has asked for himself (calling somebody, listening in) is picked up at once; the page may hear of it a
  // moment before or after the telephone does.
  const wanted = (): boolean => document.querySelector("[data-phone-auto]") !== null;
  document.addEventListener("htmx:afterSettle", () => {
    if (phone.state.session === "ringing" && wanted()) phone.answer();
  });
  const phone = new Phone(sound, () => asked || wanted(), tell);
  const talk = new Talk((said: Word) => {
    if (said.ask === "answer") phone.answer();
    else if (said.ask === "mute" || said.ask === "unmute") phone.mute(said.ask === "mute");
    else if (said.ask === "keys") phone.keys(said.keys ?? "");
    else if (said.ask === "tell") talk.say({ line: phone.state });
  });
  void post(root.dataset["loginUrl"] ?? "")
    .then((answer) => (answer.ok ? (answer.json() as Promise<Login>) : Promise.reject(new Error(String(answer.status)))))
    .then((login) => phone.open(login))
    .catch(() => {
      phone.state.problem = "phone_refused";
      tell();
    });
  document.addEventListener("phone:do", (event) => {
    const said = (event as CustomEvent<Word>).detail;
    if (said.ask === "answer") phone.answer();
    else if (said.ask === "mute" || said.ask === "unmute") phone.mute(said.ask === "mute");
    else if (said.ask === "keys") phone.keys(said.keys ?? "");
  });
  tell();
}

if (root && sound instanceof HTMLAudioElement) start(root, sound);
