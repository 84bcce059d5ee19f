/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Show and operational commands. */
#ifndef FRRD_VTY_H
#define FRRD_VTY_H

#include <sys/time.h>

#include "json.h"

#include "frrd/core/types.h"

struct frrd_command_args;
struct frrd_grp;
struct frrd_history_entry;
struct ttable;
struct vty;

extern void frrd_vty_init(void);

/* --- the other files with commands; called by frrd_vty_init() --- */

extern void frrd_vty_budget_init(void);
extern void frrd_vty_command_init(void);
extern void frrd_vty_journal_init(void);
extern void frrd_vty_probe_init(void);
extern void frrd_vty_sites_init(void);
extern void frrd_vty_wait_init(void);

/* --- text that several commands print --- */

/* How long, for people: 12.3s, 4m05s, 3h07m, 2d04h. Returns buf. */
extern const char *frrd_age_str(int64_t ms, char *buf, size_t size);

/* Print the table, and free it. */
extern void frrd_vty_table(struct vty *vty, struct ttable *table);

/* What keeps this site from working at all. */
extern void frrd_vty_warnings(struct vty *vty);

/* One line about the votes. */
extern void frrd_vty_quorum(struct vty *vty);

/* Numbers of prefixes of a group. */
extern void frrd_vty_counters(struct vty *vty, struct frrd_grp *grp);

/* The probes of the local member; nothing when there are none. */
extern void frrd_vty_group_probes(struct vty *vty, struct frrd_grp *grp);
extern void frrd_json_add_probes(struct json_object *json, struct frrd_grp *grp);

/* An entry of the history, as a line. */
extern void frrd_vty_history_entry(struct vty *vty, const struct frrd_history_entry *entry);

/* show subnet-mover group NAME why */
extern void frrd_vty_why(struct vty *vty, struct frrd_grp *grp);

/*
 * Run a command and answer when it has come to its end.  Returns what the command
 * function has to return.
 */
extern int frrd_vty_run_and_wait(struct vty *vty, const struct frrd_command_args *args);

/* --- the same facts as JSON; the caller frees the objects --- */

extern struct json_object *frrd_json_summary(void);
extern struct json_object *frrd_json_group(struct frrd_grp *grp);
extern struct json_object *frrd_json_why(struct frrd_grp *grp);
extern struct json_object *frrd_json_history(struct frrd_grp *grp);
extern struct json_object *frrd_json_routes(struct frrd_grp *grp); /* NULL: all */
extern struct json_object *frrd_json_sites(void);
extern struct json_object *frrd_json_quorum(void);
extern struct json_object *frrd_json_history_entry(const struct frrd_history_entry *entry);

/* "reason" and "reasonText". */
extern void frrd_json_add_reason(struct json_object *json, enum frrd_reason reason);

/* A time that began or begins `ms` ago (negative: from now) as "name". */
extern void frrd_json_add_time(struct json_object *json, const char *name, int64_t ms);

/* Names of a set of sites as an array. */
extern struct json_object *frrd_json_sites_of(uint16_t set);

/* "none", "manual", "bgp". */
extern const char *frrd_arbiter_name(void);

/* RFC 3339 with milliseconds in UTC, e.g. 2026-01-31T12:34:56.789Z. buf >= 32 bytes. */
extern const char *frrd_time_str(const struct timeval *when, char *buf, size_t size);

/* The wall-clock time that was `ms` ago. */
extern void frrd_time_ago(int64_t ms, struct timeval *ret_when);

/* Wall-clock time at which the group entered its state. */
extern void frrd_state_since(const struct frrd_grp *grp, struct timeval *ret_when);

/* Milliseconds that the group has been in its state. */
extern int64_t frrd_state_ms(const struct frrd_grp *grp);

/* "prefix" or "prefix-list". */
extern const char *frrd_route_source(uint8_t sources);

#endif
