namespace LocalServiceBus;

/// <summary>The tables of a broker file. Times are Unix milliseconds, UTC.</summary>
internal static class Schema
{
    /// <summary>The version this broker writes and reads. Version 1 kept bodies and properties apart, in JSON.</summary>
    public const int Version = 2;

    /// <summary>Makes the tables in an empty file.</summary>
    /// <remarks>
    /// A message is available when it is active (state 0) and not locked. <c>entity</c> is the path of the queue or of its
    /// dead-letter queue, and <c>seq</c> the sequence number, counted for each queue; <c>failed</c> counts deliveries that
    /// ended without settlement; <c>first_seq</c> is the sequence number given at acceptance, which differs from <c>seq</c>
    /// once a scheduled message has become active. <c>content</c> is the AMQP message from its properties section on, as sent.
    /// </remarks>
    public const string Create = """
        CREATE TABLE messages (
            id                INTEGER PRIMARY KEY,
            entity            TEXT    NOT NULL COLLATE NOCASE,
            seq               INTEGER NOT NULL,
            first_seq         INTEGER NOT NULL,
            state             INTEGER NOT NULL,
            message_id        TEXT    NOT NULL,
            enqueued          INTEGER NOT NULL,
            scheduled         INTEGER,
            ttl               INTEGER,
            expires           INTEGER,
            locked_until      INTEGER,
            lock_token        BLOB,
            failed            INTEGER NOT NULL DEFAULT 0,
            partition_key     TEXT,
            via_partition_key TEXT,
            content           BLOB    NOT NULL
        );
        CREATE UNIQUE INDEX messages_all ON messages (entity, seq);
        CREATE INDEX messages_available ON messages (entity, seq)          WHERE state = 0 AND locked_until IS NULL;
        CREATE INDEX messages_locked    ON messages (entity, locked_until) WHERE locked_until IS NOT NULL;
        CREATE INDEX messages_token     ON messages (lock_token)           WHERE lock_token IS NOT NULL;
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
