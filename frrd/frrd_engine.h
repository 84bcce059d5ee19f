/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine: feeds events into the pure state machine and carries its actions
 * out.  The only caller of frrd_group_step().  Management code (CLI, northbound)
 * talks to this interface and never to zebra.
 */
#ifndef FRRD_ENGINE_H
#define FRRD_ENGINE_H

#include "frrd/core/reason.h"
#include "frrd/frrd_config.h"

extern void frrd_engine_init(void);
extern void frrd_engine_fini(void);

/* Is there a session with zebra? */
extern bool frrd_engine_zebra_connected(void);

/* Commands of an operator. */
enum frrd_command {
	FRRD_COMMAND_FAILOVER,
	FRRD_COMMAND_SWITCHOVER,
	FRRD_COMMAND_RELEASE,
	FRRD_COMMAND_HOLD,
	FRRD_COMMAND_RESUME,
};

struct frrd_command_args {
	enum frrd_command command;
	const char *group;
	const char *origin; /* who gave it, for the journal: "cli", "northbound" */
	const char *to;	    /* SWITCHOVER: name of the site that takes over; FAILOVER: or NULL */
	bool force;	    /* FAILOVER */
	const char *reason; /* FAILOVER with force: mandatory; HOLD: may be NULL */
};

struct frrd_command_result {
	bool accepted;
	bool done;		 /* the group is already where the command wants it */
	enum frrd_reason reason; /* valid unless `error` says otherwise */
	char text[512];		 /* one line for people: what happens now, or object and reason of a refusal */
};

/*
 * Run a command.  Always fills *ret_result; returns ret_result->accepted.
 * Unknown groups and sites are refused with a text that names them.
 */
extern bool frrd_engine_command(const struct frrd_command_args *args,
				struct frrd_command_result *ret_result);

/*
 * The northbound changed the configuration: callbacks mark what they touched,
 * frrd_engine_apply() runs once at the end of the transaction.
 */
extern void frrd_engine_touch(struct frrd_grp *grp); /* NULL: all groups */
extern void frrd_engine_apply(void);

/*
 * Withdraw everything; `done` is called once from the event loop when zebra has
 * confirmed all of it and the programs of post-withdraw have ended, or after
 * FRRD_WITHDRAW_TIMEOUT_MS.  The log says then what was not confirmed.
 */
extern void frrd_engine_shutdown(void (*done)(void));

/*
 * For frrd_command.c: post one command event to the group and give its answer.
 * Returns true when accepted; *ret_reason is the reason either way.
 */
extern bool frrd_engine_post_command(struct frrd_grp *grp, struct frrd_event *event,
				     enum frrd_reason *ret_reason);

/* A prefix-list gave or took prefixes outside a transaction. */
extern void frrd_engine_prefixes_changed(struct frrd_grp *grp);

/* From the adapters: something about this group changed, look again. */
extern void frrd_engine_routes_changed(struct frrd_grp *grp);
extern void frrd_engine_watch_changed(struct frrd_grp *grp);
extern void frrd_engine_view_changed(struct frrd_grp *grp);
extern void frrd_engine_health_changed(struct frrd_grp *grp);
extern void frrd_engine_markers_gone(void);
extern void frrd_engine_zebra_changed(bool up);

/*
 * Write a sentence that names the first prefix of the group that is announced
 * elsewhere and by whom into buf; an empty string when there is none.
 */
extern void frrd_engine_describe_elsewhere(struct frrd_grp *grp, char *buf, size_t size);

#endif
