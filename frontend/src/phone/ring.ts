// The bell, as telephones ring in China: 450 Hz, one second on, four off.
const HERTZ = 450;
const CYCLE = 5000;

export class Bell {
  private context: AudioContext | null = null;
  private timer = 0;

  ring(on: boolean): void {
    window.clearInterval(this.timer);
    this.timer = 0;
    if (!on) return;
    this.once();
    this.timer = window.setInterval(() => this.once(), CYCLE);
  }

  private once(): void {
    try {
      this.context ??= new AudioContext();
      const [tone, gain, now] = [this.context.createOscillator(), this.context.createGain(), this.context.currentTime];
      tone.frequency.value = HERTZ;
      gain.gain.setValueAtTime(0.0001, now);
      gain.gain.exponentialRampToValueAtTime(0.2, now + 0.02);
      gain.gain.setValueAtTime(0.2, now + 0.97);
      gain.gain.exponentialRampToValueAtTime(0.0001, now + 1);
      tone.connect(gain).connect(this.context.destination);
      tone.start(now);
      tone.stop(now + 1);
    } catch {
      // A browser without sound still shows that it rings.
    }
  }
}
