/* SPDX-License-Identifier: MIT */
#include "cli/schedule.h"

#include <string.h>

#include "diagnosis/command.h"

/* At ten past four: clocks are set between midnight and three, so this hour is there once in every night. */
static const char cron_head[] =
    "# For `crontab -e`. Cron mails what is printed: nothing, unless something happened.\n"
    "# At 04:10, an hour that no change of clocks takes away or doubles. Status 3: the night could not be finished.\n"
    "# Variables that the config names stand here too, or in files: token: { file: ... }.\n"
    "#MAILTO=team@example.com\n";

static const char service_head[] =
    "# /etc/systemd/system/endoscope.service\n"
    "[Unit]\n"
    "Description=Look into the endpoints of the night\n"
    "Documentation=man:endoscope(1)\n"
    "Wants=network-online.target\n"
    "After=network-online.target\n"
    "# Something required that fails is no failure of this service, a night that could not be finished is one:\n"
    "#OnFailure=mail-the-log-of@%n.service\n"
    "\n"
    "[Service]\n"
    "Type=oneshot\n";

static const char service_tail[] =
    "SuccessExitStatus=1\n"
    "TimeoutStartSec=90min\n"
    "# What --nice does, and the filter below does not let it do.\n"
    "Nice=19\n"
    "IOSchedulingClass=idle\n"
    "# Variables that the config names, one VAR=value a line, readable by root alone:\n"
    "EnvironmentFile=-/etc/endoscope/environment\n"
    "# A user of its own that exists while this runs; the config must be readable by it.\n"
    "DynamicUser=yes\n"
    "StateDirectory=endoscope\n"
    "StateDirectoryMode=0750\n"
    "WorkingDirectory=%S/endoscope\n"
    "UMask=0027\n"
    "NoNewPrivileges=yes\n"
    "CapabilityBoundingSet=\n"
    "ProtectSystem=strict\n"
    "ProtectHome=yes\n"
    "PrivateTmp=yes\n"
    "PrivateDevices=yes\n"
    "PrivateMounts=yes\n"
    "PrivateUsers=yes\n"
    "ProtectClock=yes\n"
    "ProtectControlGroups=yes\n"
    "ProtectHostname=yes\n"
    "ProtectKernelLogs=yes\n"
    "ProtectKernelModules=yes\n"
    "ProtectKernelTunables=yes\n"
    "ProtectProc=invisible\n"
    "ProcSubset=pid\n"
    "LockPersonality=yes\n"
    "MemoryDenyWriteExecute=yes\n"
    "RemoveIPC=yes\n"
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK\n"
    "RestrictNamespaces=yes\n"
    "RestrictRealtime=yes\n"
    "RestrictSUIDSGID=yes\n"
    "SystemCallArchitectures=native\n"
    "SystemCallFilter=@system-service\n"
    "SystemCallFilter=~@privileged @resources\n"
    "SystemCallErrorNumber=EPERM\n";

static const char timer[] = "# /etc/systemd/system/endoscope.timer\n"
                            "[Unit]\n"
                            "Description=Look into the endpoints every night\n"
                            "Documentation=man:endoscope(1)\n"
                            "\n"
                            "[Timer]\n"
                            "# An hour that no change of clocks takes away or doubles.\n"
                            "OnCalendar=*-*-* 04:10:00\n"
                            "AccuracySec=1min\n"
                            "# A night that the machine slept through is made up for.\n"
                            "Persistent=true\n"
                            "\n"
                            "[Install]\n"
                            "WantedBy=timers.target\n";

/* A percent sign would end the command. */
static void put_cron_word(const char *word, struct buf *out)
{
    struct buf quoted = BUF_INIT;

    command_word(slice_of(word), &quoted);
    for (size_t i = 0; i < quoted.len; i++) {
        if (quoted.data[i] == '%')
            buf_putc(out, '\\');
        buf_putc(out, quoted.data[i]);
    }
    buf_free(&quoted);
}

void schedule_cron(const struct schedule *schedule, struct buf *out)
{
    buf_puts(out, cron_head);
    buf_puts(out, "10 4 * * *  ");
    put_cron_word(schedule->program, out);
    buf_puts(out, " nightly --config ");
    put_cron_word(schedule->config, out);
    buf_puts(out, " --max-time 1h --nice\n");
}

/* systemd.service(5), "Command lines": quotes, specifiers and variables. */
static void put_unit_word(const char *word, struct buf *out)
{
    buf_putc(out, '"');
    for (; *word; word++) {
        if (*word == '"' || *word == '\\')
            buf_putc(out, '\\');
        else if (*word == '%' || *word == '$')
            buf_putc(out, *word);
        buf_putc(out, *word);
    }
    buf_putc(out, '"');
}

void schedule_systemd(const struct schedule *schedule, struct buf *out)
{
    buf_puts(out, service_head);
    buf_puts(out, "ExecStart=");
    put_unit_word(schedule->program, out);
    buf_puts(out, " nightly --config ");
    put_unit_word(schedule->config, out);
    buf_puts(out, " --store %S/endoscope/endoscope.db --reports %S/endoscope/reports --max-time 1h\n");
    buf_puts(out, service_tail);
    buf_putc(out, '\n');
    buf_puts(out, timer);
}
