// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * frrd-io: start and end.  frrd starts it with one end of a socketpair; what needs a
 * privilege is opened first, then every privilege is given up, then the loop runs until
 * frrd is gone.
 */

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "frrd/io/io.h"
#include "frrd/io/io_channel.h"
#include "frrd/io/io_icmp.h"
#include "frrd/io/io_main.h"
#include "frrd/io/io_resolve.h"
#include "frrd/io/io_run.h"
#include "frrd/io/io_sandbox.h"
#include "frrd/io/io_sched.h"

struct event_base *io_base;

static int exit_status;

int64_t io_now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int usage(FILE *out, int status)
{
	fputs("frrd-io --fd N\n"
	      "The helper of frrd, which starts it: runs probes and programs.\n\n"
	      "  -f, --fd N     descriptor of the socket to frrd (SOCK_SEQPACKET)\n"
	      "  -v, --version  print the version\n"
	      "  -h, --help     print this\n",
	      out);
	return status;
}

/* The descriptor of --fd; -1: the program ends with *ret_status. */
static int read_arguments(int argc, char **argv, int *ret_status)
{
	static const struct option options[] = {
		{ "fd", required_argument, NULL, 'f' },
		{ "version", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	char *end;
	long fd = -1;
	int option;

	*ret_status = 2;
	while ((option = getopt_long(argc, argv, "f:vh", options, NULL)) != -1) {
		switch (option) {
		case 'f':
			fd = strtol(optarg, &end, 10);
			if (end == optarg || *end || fd < 0 || fd > 65535) {
				fprintf(stderr, "frrd-io: --fd takes a descriptor\n");
				return -1;
			}
			break;
		case 'v':
			printf("frrd-io %s (messages %d)\n", FRRD_VERSION, FRRD_IPC_VERSION);
			*ret_status = 0;
			return -1;
		case 'h':
			*ret_status = usage(stdout, 0);
			return -1;
		default:
			usage(stderr, 2);
			return -1;
		}
	}
	if (fd < 0 || optind != argc)
		usage(stderr, 2);
	return optind == argc ? (int)fd : -1;
}

/* Signals as a new program expects them, whatever frrd's were. */
static void set_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	/* Meant for frrd, when it runs at a terminal: it ends us by closing the socket. */
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
}

/*
 * A probe must not be late because libevent's clock is coarse (4 ms), nor early because
 * it is read once a turn.
 */
static struct event_base *make_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;

	if (config && !event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER) &&
	    !event_config_set_flag(config, EVENT_BASE_FLAG_NO_CACHE_TIME))
		base = event_base_new_with_config(config);
	if (config)
		event_config_free(config);
	return base;
}

void io_end(int status)
{
	exit_status = status;
	event_base_loopbreak(io_base);
}

/* Without it neither programs nor probes of kind exec run: frrd starts us anew. */
static void runner_ended(void)
{
	fprintf(stderr, "frrd-io: the process for programs has ended\n");
	io_end(1);
}

/* In the order in which they need each other. */
static void finish(void)
{
	io_sched_finish();
	io_icmp_finish();
	io_resolve_finish();
	io_run_finish();
	io_channel_finish();
	event_base_free(io_base);
	libevent_global_shutdown();
}

static int fatal(const char *what)
{
	fprintf(stderr, "frrd-io: %s: %s\n", what, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	int fd, runner_fd, status;
	const char *what;
	pid_t runner;

	fd = read_arguments(argc, argv, &status);
	if (fd < 0)
		return status;
	set_signals();
	io_icmp_open();
	/* Its child has to be a plain process: before libevent, and with our privileges. */
	runner_fd = io_run_fork(&runner);
	if (runner_fd < 0)
		return fatal("the process for programs was not started");
	io_base = make_base();
	if (!io_base)
		return fatal("no event loop");
	if (!io_resolve_init() || !io_run_init(runner_fd, io_channel_done, runner_ended))
		return fatal("no memory");
	io_icmp_attach();
	if (!io_sandbox(&what))
		return fatal(what);
	if (!io_channel_init(fd))
		return fatal("the socket to frrd");
	event_base_dispatch(io_base);
	finish();
	return exit_status;
}
