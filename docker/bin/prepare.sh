#!/bin/sh
# Makes what the servers of a deployment start with, as far as it is not there: the PKI in /state/pki, and for each server a
# folder in /state/servers with its own keys. Certificates near their end are issued anew.
# Usage: prepare.sh <plan>
set -eu
plan=$1
tegata-admin pki create --plan "$plan" --directory /state/pki
tegata-admin pki keys --plan "$plan" --directory /state/servers
tegata-admin pki hand-out --plan "$plan" --from /state/pki --directory /state/servers
