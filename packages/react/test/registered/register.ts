/** What an app writes once, so that the hooks know its audiences. */
export interface Broker {
  readonly '~audiences'?: { readonly cards: 'audience'; readonly records: 'group' }
}

declare module '@valetkey/react' {
  interface Register {
    broker: Broker
  }
}
