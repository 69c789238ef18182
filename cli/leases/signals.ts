// Signals during a whole `exec`: from before the lease is requested until it is released, none of them ends this process.

/** All that a command may be sent through us. */
const WATCHED = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;
/** These mean nothing before there is a command that knows what they mean. */
const FOR_COMMANDS: ReadonlySet<NodeJS.Signals> = new Set(["SIGUSR1", "SIGUSR2"]);

export interface SignalWatch {
  /** Aborted by a signal that came before there was someone to hand it to. */
  readonly interrupted: AbortSignal;
  /** From now on signals go to `receive`, until the function that is returned is called: from then on they do nothing. */
  handTo(receive: (signal: NodeJS.Signals) => void): () => void;
  /** They have their usual effect again. */
  stop(): void;
}

export function watchSignals(): SignalWatch {
  const interruption = new AbortController();
  let receive = (signal: NodeJS.Signals): void => {
    if (!FOR_COMMANDS.has(signal)) interruption.abort();
  };
  const onSignal = (signal: NodeJS.Signals): void => receive(signal);
  for (const signal of WATCHED) process.on(signal, onSignal);
  return {
    interrupted: interruption.signal,
    handTo(receiver) {
      receive = receiver;
      return () => {
        receive = () => {};
      };
    },
    stop: () => WATCHED.forEach((signal) => process.off(signal, onSignal)),
  };
}
