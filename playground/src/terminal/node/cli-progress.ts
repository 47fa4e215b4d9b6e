// What stands in for `cli-progress`: bars are for terminals, and what a command prints here goes to none.
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
