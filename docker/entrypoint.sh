#!/bin/bash
# Writes Odoo's configuration from the environment, then does one of
#   serve      run the server (the default)
#   init       install the addons into the database, once
#   upgrade    bring the database up to the addons in this image
#   ...        anything else is handed to the odoo command
# Every secret can also be given as a file, in NAME_FILE.
set -euo pipefail

fail() {
    echo "aftersales: $1" >&2
    exit 1
}

# value NAME [DEFAULT]: the variable, the content of the file it names, the default
value() {
    local name=$1 file=${1}_FILE
    if [ -n "${!file:-}" ]; then
        [ -r "${!file}" ] || fail "$file names ${!file}, which cannot be read."
        printf '%s' "$(cat "${!file}")"
    elif [ -n "${!name:-}" ]; then
        printf '%s' "${!name}"
    elif [ $# -gt 1 ]; then
        printf '%s' "$2"
    else
        fail "$name (or ${name}_FILE) is not set."
    fi
}

addons=aftersales_service,aftersales_claims,aftersales_tools
database=$(value DB_NAME aftersales)
export ODOO_RC=${ODOO_RC:-/tmp/aftersales/odoo.conf}

# Secrets are read before the file is written: a missing one ends the script here.
db_password=$(value DB_PASSWORD)
admin_password=$(value ADMIN_PASSWORD)

# The file holds passwords: nobody else may read it, not even for a moment.
usual_umask=$(umask)
umask 077
mkdir -p "$(dirname "$ODOO_RC")"
cat >"$ODOO_RC.new" <<CONFIG
[options]
addons_path = ${ADDONS_PATH:-/opt/aftersales/addons}
data_dir = ${DATA_DIR:-/var/lib/odoo}
db_host = $(value DB_HOST db)
db_port = $(value DB_PORT 5432)
db_user = $(value DB_USER odoo)
db_password = $db_password
db_name = $database
db_maxconn = $(value DB_MAXCONN 32)
dbfilter = ^$database\$
list_db = False
admin_passwd = $admin_password
proxy_mode = True
workers = $(value WORKERS 3)
max_cron_threads = $(value CRON_THREADS 1)
limit_time_cpu = $(value LIMIT_TIME_CPU 120)
limit_time_real = $(value LIMIT_TIME_REAL 240)
log_level = $(value LOG_LEVEL info)
CONFIG
if [ -n "${DB_REPLICA_HOST:-}" ]; then
    cat >>"$ODOO_RC.new" <<CONFIG
db_replica_host = $DB_REPLICA_HOST
db_replica_port = $(value DB_REPLICA_PORT 5432)
CONFIG
fi
mv "$ODOO_RC.new" "$ODOO_RC"
umask "$usual_umask"

case ${1:-serve} in
serve)
    exec odoo
    ;;
init)
    exec odoo --init "$addons" --load-language "$(value LANGUAGES en_US,zh_CN)" \
        --stop-after-init --no-http
    ;;
upgrade)
    exec odoo --update "$addons" --stop-after-init --no-http
    ;;
*)
    exec odoo "$@"
    ;;
esac
