// Replaces `cli-progress`: bars are for terminals, and there is none here.
class NoBar {
  start(): void {}
  update(): void {}
  stop(): void {}
  create(): NoBar {
    return this;
  }
}

export { NoBar as MultiBar, NoBar as SingleBar };
export const Presets = {};
