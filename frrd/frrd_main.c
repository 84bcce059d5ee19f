// SPDX-License-Identifier: GPL-2.0-or-later
/* frrd: moves subnets between sites. Start, signals, end. */

#include <zebra.h>

#include <linux/capability.h>
#include <sys/syscall.h>

#include <lib/version.h>

#include "command.h"
#include "filter.h"
#include "getopt.h"
#include "if.h"
#include "libfrr.h"
#include "log.h"
#include "memory.h"
#include "northbound.h"
#include "privs.h"
#include "sigevent.h"
#include "systemd.h"
#include "vrf.h"
#include "vty.h"

#include "frrd/frrd_cli.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_convergence.h"
#include "frrd/frrd_debug.h"
#include "frrd/frrd_disk.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_files.h"
#include "frrd/frrd_hook.h"
#include "frrd/frrd_hook_join.h"
#include "frrd/frrd_journal.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_plist.h"
#include "frrd/frrd_probe_local.h"
#include "frrd/frrd_reload.h"
#include "frrd/frrd_statefile.h"
#include "frrd/frrd_vty.h"
#include "frrd/frrd_zebra.h"

#define FRRD_VTY_PORT 2626

struct event_loop *frrd_loop;

/*
 * Routes go through zebra. These are for what does not: interfaces, addresses and ARP of
 * attachments; and they are handed on to frrd-io, for ICMP and for programs that it runs.
 */
static zebra_capabilities_t caps[2];

struct zebra_privs_t frrd_privs = {
#if defined(FRR_USER) && defined(FRR_GROUP)
	.user = FRR_USER,
	.group = FRR_GROUP,
#endif
#if defined(VTY_GROUP)
	.vty_group = VTY_GROUP,
#endif
	.caps_p = caps,
	.cap_num_p = 0, /* see take_capabilities() */
	.cap_num_i = 0,
};

/* libfrr's own begin at 1000. */
enum {
	OPTION_STATE_FILE = 2000,
	OPTION_JOURNAL,
	OPTION_JOURNAL_SIZE,
	OPTION_HOOK_FOLDER,
};

static const struct option longopts[] = {
	{ "state-file", required_argument, NULL, OPTION_STATE_FILE },
	{ "journal", required_argument, NULL, OPTION_JOURNAL },
	{ "journal-size", required_argument, NULL, OPTION_JOURNAL_SIZE },
	{ "hook-folder", required_argument, NULL, OPTION_HOOK_FOLDER },
	{ 0 },
};

static const char optionhelp[] =
	"      --state-file   What outlives the daemon (default: /var/lib/frr/frrd.state)\n"
	"      --journal      Journal of all decisions (default: beside the state file)\n"
	"      --journal-size KiB at which the journal is rotated (default: 4096)\n"
	"      --hook-folder  Where dns-update and notify are (default: " FRRD_HOOK_FOLDER ")\n";

static struct frr_daemon_info frrd_di;

/* libfrr ends a daemon that asks for more than it may have, so it asks for what it has. */
static void take_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};

	if (syscall(SYS_capget, &header, data) < 0)
		return;
	if (data[0].permitted & 1u << CAP_NET_RAW)
		caps[frrd_privs.cap_num_p++] = ZCAP_NET_RAW;
	if (data[0].permitted & 1u << CAP_NET_ADMIN)
		caps[frrd_privs.cap_num_p++] = ZCAP_NET_ADMIN;
}

static void sighup(void)
{
	zlog_notice("SIGHUP received");
	frrd_reload();
}

static void sigusr1(void)
{
	zlog_rotate();
}

/* Called from the event loop when everything is withdrawn, or there is no more time for that. */
static void terminate(void)
{
	zlog_notice("terminating");
	frrd_hook_stop();
	frrd_journal_daemon("stopped", "");
	frrd_attach_stop();
	frrd_statefile_fini();
	frrd_journal_fini();
	frrd_disk_fini();
	frr_early_fini();
	frrd_convergence_fini();
	frrd_plist_fini();
	frrd_zebra_fini();
	frrd_engine_fini();
	frrd_probe_bfd_fini();
	vrf_terminate();
	frr_fini();
	exit(0);
}

static void sigterm(void)
{
	zlog_notice("terminating on signal: withdrawing all routes first");
	systemd_send_stopping();
	frrd_journal_daemon("stopping", "");
	frrd_engine_shutdown(terminate);
}

static struct frr_signal_t signals[] = {
	{ .signal = SIGHUP, .handler = &sighup },
	{ .signal = SIGUSR1, .handler = &sigusr1 },
	{ .signal = SIGINT, .handler = &sigterm },
	{ .signal = SIGTERM, .handler = &sigterm },
};

static const struct frr_yang_module_info *const frrd_yang_modules[] = {
	&frr_filter_info,
	&frr_interface_info,
	&frr_vrf_info,
	&frr_subnet_mover_info,
};

/* clang-format off */
FRR_DAEMON_INFO(frrd, FRRD,
	.vty_port = FRRD_VTY_PORT,
	.proghelp = "Moves whole subnets between sites, through zebra and bgpd.",
	.signals = signals,
	.n_signals = array_size(signals),
	.privs = &frrd_privs,
	.yang_modules = frrd_yang_modules,
	.n_yang_modules = array_size(frrd_yang_modules),
);
/* clang-format on */

/*
 * A file of frrd's own wins over the integrated frr.conf: it is the set-up in
 * which the distribution's vtysh, which does not know frrd, was kept.
 */
static void prefer_own_file(void)
{
	if (!frrd_di.config_file && access(config_default, F_OK) == 0)
		frrd_di.config_file = config_default;
}

static int config_was_read(struct event_loop *loop)
{
	frrd_journal_daemon("started", FRRD_VERSION);
	frrd_attach_configured();
	systemd_send_started(loop);
	return 0;
}

static bool take_option(int option)
{
	unsigned long kib;
	char *end;

	switch (option) {
	case 0:
		return true;
	case OPTION_STATE_FILE:
		frrd_files_set_state(optarg);
		return true;
	case OPTION_JOURNAL:
		frrd_files_set_journal(optarg);
		return true;
	case OPTION_JOURNAL_SIZE:
		kib = strtoul(optarg, &end, 10);
		if (*end || kib < 1 || kib > 1024 * 1024)
			return false;
		frrd_journal_set_size(kib);
		return true;
	case OPTION_HOOK_FOLDER:
		if (optarg[0] != '/' || strchr(optarg, ' '))
			return false;
		frrd_files_set_hooks(optarg);
		return true;
	default:
		return false;
	}
}

int main(int argc, char **argv)
{
	take_capabilities();
	frr_preinit(&frrd_di, argc, argv);
	frr_opt_add("", longopts, optionhelp);

	while (1) {
		int opt = frr_getopt(argc, argv, NULL);

		if (opt == EOF)
			break;
		if (!take_option(opt))
			frr_help_exit(1);
	}

	frrd_files_prepare(&frrd_di);
	frrd_loop = frr_init();
	frrd_files_init();
	frrd_disk_init();
	frrd_config_init();
	frrd_error_init();
	frrd_engine_init();
	frrd_hook_join();
	frrd_debug_init();
	vrf_init(NULL, NULL, NULL, NULL);
	frrd_plist_init();
	frrd_zebra_init(frrd_loop);
	frrd_nb_config_init();
	frrd_cli_init();
	frrd_vty_init();

	prefer_own_file();
	if (!frrd_di.dryrun) { /* which is to leave no traces */
		frrd_statefile_load();
		hook_register(frr_config_post, config_was_read);
	}
	frr_config_fork();
	frr_run(frrd_loop);

	/* Not reached. */
	return 0;
}
