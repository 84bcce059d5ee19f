/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: configuration commands, and how their lines are committed. */
#ifndef FRRD_CLI_H
#define FRRD_CLI_H

#include "printfrr.h"
#include "vty.h"

/* Install nodes and configuration commands. */
extern void frrd_cli_init(void);

/*
 * Set while a configuration file is read into a candidate that its reader
 * commits as a whole: commands then only edit the candidate.
 */
extern bool frrd_config_reload;

/* --- frrd_cli.c, frrd_cli_arbiter.c, frrd_cli_group.c ...: for configuration commands only --- */

/* Help of what the model has and this version refuses. */
#define NOT_YET_STR "Not available in this version\n"

/* Set a leaf, or take it away (the default, where there is one, comes back). */
extern int frrd_cli_set_leaf(struct vty *vty, const char *xpath, const char *value);
extern int frrd_cli_set_flag(struct vty *vty, const char *xpath, bool on);

/*
 * Enter the node of the list entry `name` below `parent`; `key_path` is its key in
 * the model.  In a file, a name that is none has its node, too (see
 * frrd_cli_enter()); it just names nothing.
 */
extern int frrd_cli_enter_entry(struct vty *vty, int node, const char *parent,
				const char *key_path, const char *name);

/* Install the commands of the arbiter; of groups and their members; of probes; of tracks. */
extern void frrd_cli_arbiter_init(void);
extern void frrd_cli_group_init(void);
extern void frrd_cli_attach_init(void);
extern void frrd_cli_map_init(void);

/* The same for hooks; the group's node has to be there. */
extern void frrd_cli_hook_init(void);
extern void frrd_cli_address_init(void);
extern void frrd_cli_probe_init(void);
extern void frrd_cli_probe_http_init(void);
extern void frrd_cli_track_init(void);
extern void frrd_cli_member_probe_init(void); /* the node of members has to be there */

/* --- frrd_cli_probe.c: leaves of the probe whose node the vty is in, by "./PATH" --- */

/* Set an option of a kind of probe, or (NULL) take it away; checks, commits. */
extern int frrd_cli_probe_option(struct vty *vty, const char *kind, const char *path,
				 const char *value);

/* Enqueue a change: set a leaf, or (NULL) take it away where it was set. */
extern void frrd_cli_probe_change(struct vty *vty, const char *path, const char *value);

/* Is the value possible for the leaf? Complains when not. */
extern bool frrd_cli_probe_value_ok(struct vty *vty, const char *path, const char *value);

/* --- frrd_cli_commit.c: for configuration commands only --- */

extern void frrd_cli_commit_init(void);

/* Does the line come from a file, so that other lines follow whatever happens to it? */
extern bool frrd_cli_from_file(const struct vty *vty);

/* Complain about the line; always CMD_WARNING_CONFIG_FAILED. */
extern int frrd_cli_refuse(struct vty *vty, const char *fmt, ...) PRINTFRR(2, 3);

/* Is the value possible for the schema node? Complains when not. */
extern bool frrd_cli_value_ok(struct vty *vty, const char *xpath, const char *value);
extern bool frrd_cli_number_ok(struct vty *vty, const char *what, long value, long min, long max);

/* Carry out the enqueued changes of a command: check and commit them, now or later. */
extern int frrd_cli_commit(struct vty *vty);

/* The last timer of the arbiter is read: check them together. */
extern int frrd_cli_close_timers(struct vty *vty);

/* Commit what lines of a file have left open. */
extern int frrd_cli_flush(struct vty *vty);

/*
 * Enter the node of an object, which is created when it does not exist.  When
 * that is refused in a file, the node is entered nevertheless: its lines are then
 * refused one by one, and its `exit` leaves it and no other.
 */
extern int frrd_cli_enter(struct vty *vty, int node, const char *xpath);

/* Add a prefix to the group whose node the vty is in, or remove it. */
extern int frrd_cli_prefix(struct vty *vty, const struct prefix *p, bool add);

#endif
