/** What every statement here takes, a book, and returns: the position of an event, or null where no event is to blame. */
export const OF_DEFINITION = { columns: { position: 'int8?' }, params: ['text'] } as const
