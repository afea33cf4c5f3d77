#!/bin/sh
# Runs one role of the service: setup, web, worker, caller, beat, sequencer, witness, or a manage.py command.
# With PASSPORT_DRY_RUN=1 it prints the command and the database role instead of running it.
set -eu

cd "${PASSPORT_ROOT:-/srv/passport}"

# Runs one command as a database role.
as() {
    PASSPORT_DB_ROLE=$1
    export PASSPORT_DB_ROLE
    shift
    if [ "${PASSPORT_DRY_RUN:-}" = 1 ]; then
        echo "$PASSPORT_DB_ROLE: $*"
    elif [ "${last:-}" = 1 ]; then
        exec "$@"
    else
        "$@"
    fi
}

# Becomes the command, so that signals reach it.
become() {
    last=1
    as "$@"
}

role=${1:-web}
[ $# -eq 0 ] || shift

case $role in
setup)
    # Safe to repeat: what stands is left as it is.
    as admin python -m django roles
    as owner python -m django migrate --no-input
    as system python -m django prepare
    ;;
web)
    become app python -m granian --interface wsgi --host 0.0.0.0 --port "${PASSPORT_PORT:-8000}" \
        --workers 2 --blocking-threads 4 --respawn-failed-workers --no-ws \
        passport.wsgi:application
    ;;
worker)
    become system python -m celery --app passport worker --queues celery --pool prefork \
        --concurrency 2 --hostname worker@%h --loglevel INFO --without-gossip --without-mingle
    ;;
caller)
    # Waits for others' machines: receivers of webhooks, makers' domains, the mail server.
    become system python -m celery --app passport worker --queues calls --pool prefork \
        --concurrency 2 --hostname caller@%h --loglevel INFO --without-gossip --without-mingle
    ;;
beat)
    become system python -m celery --app passport beat --schedule "$PASSPORT_STATE/beat" --pidfile= \
        --loglevel INFO
    ;;
sequencer)
    become system python -m django sequencer
    ;;
witness)
    # Its name is also the name of its folder, which setup has furnished.
    folder=$PASSPORT_STATE/$1
    become app python -m passport.audit witness --key "$folder/witness.key" \
        --state "$folder/seen.json" --log "$(cat "$folder/log.vkey")" --listen 0.0.0.0:8000
    ;;
erase | backup | restore | index | new_origin | rewrap | first_link | naming_right)
    become system python -m django "$role" "$@"
    ;;
*)
    become app python -m django "$role" "$@"
    ;;
esac
