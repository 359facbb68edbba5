#!/bin/sh
# What an administrator types: the chain from a name to the reverse records of its SIP
# servers, one question after the other.   chain.sh SERVER PORT NAME
ask() { dig +short +tries=1 +time=5 "@$server" -p "$port" "$@"; }
server=$1 port=$2 name=$3
set -f
service=$(ask "$name" NAPTR | awk 'NR == 1 { print $NF }')
ask "$name" SOA
for target in $(ask "${service:-_sip._udp.$name}" SRV | sort -n | awk '{ print $4 }'); do
    for address in $(ask "$target" A); do
        echo "$target $address $(ask -x "$address")"
    done
done
