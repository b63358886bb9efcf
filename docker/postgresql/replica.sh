#!/bin/bash
# Starts a streaming replica; the first time it copies the primary.
set -euo pipefail

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # what an interrupted copy left is of no use
    mkdir -p "$PGDATA"
    find "$PGDATA" -mindepth 1 -delete
    PGPASSWORD=$REPLICATION_PASSWORD pg_basebackup \
        --host "$PRIMARY_HOST" --port "${PRIMARY_PORT:-5432}" \
        --username replicator --slot replica \
        --pgdata "$PGDATA" --wal-method stream --write-recovery-conf \
        --checkpoint fast
    chmod 0700 "$PGDATA"
fi
exec postgres -D "$PGDATA" -c hot_standby=on "$@"
