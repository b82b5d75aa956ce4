#!/bin/bash
# One single-node Ceph RGW in DIR: memstore, loopback only, plain child processes. Lives as long as the
# process OWNER does, then removes DIR. Writes DIR/info.json when ready, DIR/failed when it cannot start.
# Needs Debian packages radosgw ceph-mon ceph-osd ceph-common. Takes about 13 s.
DIR=${1:?usage: up.sh DIR OWNER RGW_PORT MON_PORT MON_PORT_V1}; OWNER=$2; RGW_PORT=$3; MON_PORT=$4; MON_PORT_V1=$5
IP=127.0.0.1; FSID=$(cat /proc/sys/kernel/random/uuid); PIDS=()
mkdir -p "$DIR"/{mon,osd,log} && cd "$DIR" || exit 1

stop() { trap - EXIT; kill -9 "${PIDS[@]}" 2>/dev/null; wait 2>/dev/null; cd /; [ -e "$DIR/failed" ] || rm -rf "$DIR"; exit; }
trap stop EXIT TERM INT
fail() { echo "$1" >"$DIR/failed"; exit 1; }

cat >ceph.conf <<C
[global]
fsid = $FSID
mon host = [v2:$IP:$MON_PORT,v1:$IP:$MON_PORT_V1]
mon initial members = a
public addr = $IP
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon warn on insecure global id reclaim = false
mon warn on insecure global id reclaim allowed = false
run dir = $DIR
admin socket = $DIR/\$name.asok
log file = $DIR/log/\$name.log
crash dir = $DIR/log
keyring = $DIR/keyring
[mon]
mon data = $DIR/mon
mon data avail crit = 1
mon data avail warn = 1
[osd]
osd data = $DIR/osd
osd objectstore = memstore
memstore device bytes = 2147483648
osd memory target = 939524096
osd max object name len = 2048
[client.rgw]
rgw frontends = beast endpoint=$IP:$RGW_PORT tcp_nodelay=1
rgw crypt require ssl = false
rgw dns name = localhost
debug rgw = 0
C
export CEPH_CONF=$DIR/ceph.conf
KEYS=$DIR/keyring
ceph-authtool --create-keyring "$KEYS" --gen-key -n mon. --cap mon 'allow *' >/dev/null
ceph-authtool "$KEYS" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >/dev/null
ceph-authtool "$KEYS" --gen-key -n osd.0 --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >/dev/null
ceph-authtool "$KEYS" --gen-key -n client.rgw --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >/dev/null
monmaptool --create --clobber --fsid "$FSID" --addv a "[v2:$IP:$MON_PORT,v1:$IP:$MON_PORT_V1]" monmap >/dev/null
ceph-mon -i a --mkfs --monmap monmap --keyring "$KEYS" || fail 'ceph-mon --mkfs'
ceph-mon -f -i a & PIDS+=($!)
ceph mon enable-msgr2 >/dev/null 2>&1
OSD=$(timeout 60 ceph osd create) || fail 'ceph osd create'
ceph-osd -i "$OSD" --mkfs >/dev/null 2>&1 || fail 'ceph-osd --mkfs'
ceph-osd -f -i "$OSD" & PIDS+=($!)
for _ in $(seq 1 120); do ceph osd stat 2>/dev/null | grep -q '1 up' && break; sleep 0.3; done
radosgw -f -n client.rgw & PIDS+=($!)
for _ in $(seq 1 300); do (exec 3<>/dev/tcp/$IP/"$RGW_PORT") 2>/dev/null && break; sleep 0.2; done
radosgw-admin user create --uid=t --display-name=t --access-key=TESTKEY --secret=TESTSECRET >/dev/null || fail 'user create'
radosgw-admin user create --uid=other --display-name=other --access-key=OTHERKEY --secret=OTHERSECRET >/dev/null
printf '{"endpoint":"http://%s:%s","accessKey":"TESTKEY","secretKey":"TESTSECRET"}' $IP "$RGW_PORT" >info.tmp
mv info.tmp info.json
while kill -0 "$OWNER" 2>/dev/null && [ ! -e "$DIR/stop" ]; do sleep 0.5; done
