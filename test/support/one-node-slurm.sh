#!/bin/bash
# A Slurm cluster of this machine alone, in a folder: one-node-slurm.sh start|stop FOLDER.
# Needs root and the Debian packages slurmctld, slurmd, slurm-client and munge.
set -euo pipefail
action=$1 folder=$2
export SLURM_CONF=$folder/slurm.conf

if [[ $action == stop ]]; then
  for name in slurmd slurmctld munged; do
    [[ -s $folder/$name.pid ]] || continue
    pid=$(<"$folder/$name.pid")
    kill "$pid" || continue
    for _ in {1..50}; do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  done
  exit
fi

mkdir -p "$folder/state" "$folder/spool"
if ! munge -n 2>/dev/null | unmunge >/dev/null 2>&1; then
  mkdir -p /run/munge /var/log/munge
  chown munge /run/munge /var/log/munge
  if [[ ! -s /etc/munge/munge.key ]]; then
    (umask 077 && head -c 1024 /dev/urandom >/etc/munge/munge.key)
    chown munge /etc/munge/munge.key
  fi
  runuser -u munge -- "$(command -v munged || echo /usr/sbin/munged)"
  cp /run/munge/munged.pid "$folder/munged.pid"
fi
cat >"$SLURM_CONF" <<CONF
ClusterName=one
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmdSpoolDir=$folder/spool
StateSaveLocation=$folder/state
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1
ReturnToService=2
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=16 RealMemory=64000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
PATH=$PATH:/usr/sbin
slurmctld -f "$SLURM_CONF"
slurmd -f "$SLURM_CONF"
for _ in {1..100}; do
  [[ $(sinfo -h -o %t 2>/dev/null) != idle ]] || exit 0
  sleep 0.2
done
echo 'the cluster does not become idle' >&2
exit 1
