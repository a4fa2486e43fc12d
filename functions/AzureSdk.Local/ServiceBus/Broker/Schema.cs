namespace AzureSdk.Local.ServiceBus;

/// <summary>The tables of a broker file. Times are Unix milliseconds, UTC.</summary>
internal static class Schema
{
    /// <summary>Makes the tables in an empty file.</summary>
    /// <remarks>
    /// A message is available when it is active (state 0) and not locked. <c>entity</c> is the path of the queue or of its
    /// dead-letter queue, and <c>seq</c> the sequence number, counted for each queue; <c>failed</c> counts deliveries that ended without settlement; <c>first_seq</c> is the sequence number
    /// given at acceptance, which differs from <c>seq</c> once a scheduled message has become active.
    /// </remarks>
    public const string Create = """
        CREATE TABLE messages (
            id           INTEGER PRIMARY KEY,
            entity       TEXT    NOT NULL COLLATE NOCASE,
            seq          INTEGER NOT NULL,
            first_seq    INTEGER NOT NULL,
            state        INTEGER NOT NULL,
            message_id   TEXT    NOT NULL,
            enqueued     INTEGER NOT NULL,
            scheduled    INTEGER,
            ttl          INTEGER,
            expires      INTEGER,
            locked_until INTEGER,
            lock_token   BLOB,
            failed       INTEGER NOT NULL DEFAULT 0,
            envelope     TEXT    NOT NULL,
            body         BLOB    NOT NULL
        );
        CREATE UNIQUE INDEX messages_all ON messages (entity, seq);
        CREATE INDEX messages_available ON messages (entity, seq)          WHERE state = 0 AND locked_until IS NULL;
        CREATE INDEX messages_locked    ON messages (entity, locked_until) WHERE locked_until IS NOT NULL;
        CREATE INDEX messages_scheduled ON messages (entity, scheduled)    WHERE state = 2;
        CREATE INDEX messages_expiring  ON messages (entity, expires)      WHERE state = 0 AND locked_until IS NULL AND expires IS NOT NULL;

        CREATE TABLE history (
            queue      TEXT    NOT NULL COLLATE NOCASE,
            message_id TEXT    NOT NULL,
            accepted   INTEGER NOT NULL,
            PRIMARY KEY (queue, message_id)
        ) WITHOUT ROWID;
        CREATE INDEX history_accepted ON history (queue, accepted);

        CREATE TABLE queues (name TEXT PRIMARY KEY COLLATE NOCASE, last_seq INTEGER NOT NULL) WITHOUT ROWID
        """;
}
