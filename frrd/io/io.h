/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * frrd-io: what its files share.  One thread, one libevent loop, no libfrr.
 *
 * A kind of probe implements struct io_kind. The scheduler (io_sched.c) owns every
 * probe: it starts a run when it is due, ends it at the timeout, and sends the
 * result. A kind only begins a run, reports its end by io_done(), and can cancel.
 */
#ifndef FRRD_IO_H
#define FRRD_IO_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

#include <event2/event.h>

#include "frrd_ipc.h"

struct io_probe;

struct io_kind {
	const char *name;
	/*
	 * Look at a configuration that is new: NULL, or a reason why it cannot run (static
	 * or in `reason`, which has FRRD_IPC_TEXT bytes). May leave prepared data in
	 * *ret_data (a TLS context, a parsed URL), freed by release().
	 */
	const char *(*prepare)(const struct frrd_ipc_probe *spec, void **ret_data, char *reason);
	void (*release)(void *data);
	/*
	 * Begin a run; it ends by io_done() exactly once, possibly before start() returns.
	 * `addr`, `addrlen`: the resolved target (icmp, tcp, http), with the port in it.
	 * *ret_run is the kind's own state of this run.
	 */
	void (*start)(struct io_probe *probe, const struct sockaddr *addr, socklen_t addrlen);
	/* The scheduler's timeout has passed, or the probe goes: free the run, report nothing. */
	void (*cancel)(struct io_probe *probe);
	/* The host and port that have to be resolved before start(); false: none (exec). */
	bool (*target)(const struct frrd_ipc_probe *spec, void *data, char host[FRRD_IPC_HOST],
		       uint16_t *ret_port);
};

extern const struct io_kind io_icmp, io_tcp, io_http, io_exec;

/* What a kind may see of a probe. */
const struct frrd_ipc_probe *io_probe_spec(const struct io_probe *probe);
void *io_probe_data(const struct io_probe *probe); /* of prepare() */
void *io_probe_run(const struct io_probe *probe);  /* the kind's state of the run, or NULL */
void io_probe_set_run(struct io_probe *probe, void *run);
int64_t io_probe_started_us(const struct io_probe *probe); /* CLOCK_MONOTONIC, begin of the run */

/*
 * The run has ended. `good`, and what was seen, as a printf format for people. The
 * kind has freed its run before (io_probe_run() is NULL then).
 */
void io_done(struct io_probe *probe, bool good, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The loop of the process. */
extern struct event_base *io_base;

int64_t io_now_us(void); /* CLOCK_MONOTONIC */

/* A line for frrd's log; priority as in syslog. */
void io_log(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * A non-blocking socket (SOCK_STREAM) that sends from the probe's source address,
 * interface and VRF to a target of this family; -1 with errno and *ret_what (static:
 * "source-interface", ...) on an error.
 */
int io_socket(const struct frrd_ipc_probe *spec, int family, const char **ret_what);

#endif
