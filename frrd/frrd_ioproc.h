/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * frrd-io as a child: started when something needs it, supervised, spoken to over a
 * socketpair (include/frrd_ipc.h), started again when it dies or hangs.
 *
 * frrd never waits for it.  Writing never blocks; what cannot be written waits, within
 * bounds.  Whatever it sends is validated, and one malformed message ends it.  When it
 * is gone, the probes that it ran are unknown after their own time, not at once.
 */
#ifndef FRRD_IOPROC_H
#define FRRD_IOPROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frrd_ipc.h"

/* Who hears what it says. Called from the event loop. */
struct frrd_ioproc_handlers {
	void (*ready)(void); /* a new frrd-io, which knows of no probe: mark all as unsent */
	bool (*next)(const struct frrd_ipc_probe **ret_probe); /* one that is unsent; false: none */
	void (*sent)(const struct frrd_ipc_probe *probe);      /* it is on its way now */
	void (*result)(const struct frrd_ipc_result *result);  /* id and generation may be old */
	bool (*needed)(void); /* is there a probe that it has to run? */
};

enum frrd_ioproc_state {
	FRRD_IOPROC_IDLE,     /* nothing needs it */
	FRRD_IOPROC_STARTING, /* started, has not said hello yet */
	FRRD_IOPROC_RUNNING,
	FRRD_IOPROC_WAITING,  /* it ended; started again after a while */
};

struct frrd_ioproc_status {
	enum frrd_ioproc_state state;
	int pid;	     /* 0: there is none */
	uint32_t restarts;   /* since frrd was started */
	int64_t since_ms;    /* monotonic time of the last change of `state` */
	int64_t next_ms;     /* WAITING: when it is started again */
	const char *problem; /* why it ended last; "" */
};

extern void frrd_ioproc_init(const struct frrd_ioproc_handlers *handlers);

/*
 * Are programs to be run some day?  Then frrd-io runs before there is one, so that a
 * fence does not have to wait for its start.  Asked with every change of the configuration.
 */
extern void frrd_ioproc_set_expected(bool (*expected)(void));

/* Kills it. What runs gets no answer any more. */
extern void frrd_ioproc_fini(void);

/* Start it when it is needed, and write what waits. */
extern void frrd_ioproc_flush(void);

/* Forget a probe. */
extern void frrd_ioproc_probe_del(uint32_t id);

/* Read what has come and was not read yet: a late frrd must not blame its child. */
extern void frrd_ioproc_read_now(void);

/*
 * Run a program once, see "RUN" in frrd_ipc.h: command is an absolute path and
 * arguments, env are "NAME=value" (copied both).  `done` is called once, from the
 * event loop and never from within this function; `result` and what it points to are
 * valid during the call.  When frrd-io cannot run it, or dies while it does, that is
 * FRRD_IPC_NOT_RUN with the reason as output.  Returns false, and calls nothing, when
 * a value is out of range.  *ret_id (may be NULL) is for frrd_ioproc_run_kill().
 */
extern bool frrd_ioproc_run(const char *command, const char *const *env, size_t env_count,
			    uint32_t timeout_ms,
			    void (*done)(void *arg, const struct frrd_ipc_done *result), void *arg,
			    uint32_t *ret_id);

/* End it now; `done` is called all the same. Unknown ids are ignored. */
extern void frrd_ioproc_run_kill(uint32_t id);

/* End it, and `done` is not called any more: whoever asked is gone. */
extern void frrd_ioproc_run_cancel(uint32_t id);

extern struct frrd_ioproc_status frrd_ioproc_status(void);

/* "idle", "starting", "running", "waiting"; a static string. */
extern const char *frrd_ioproc_state_name(enum frrd_ioproc_state state);

#endif
