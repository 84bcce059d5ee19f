/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal: what happened, one JSON object a line, for programs.
 *
 * Lines are made on the event loop and written by the disk's thread, many at a
 * time; at most FRRD_JOURNAL_QUEUE bytes wait.  What cannot be written (full disk,
 * disk that hangs) is dropped and counted, and the next line that can be written
 * is preceded by one that says so.  A line stays in the file as a whole or not at all;
 * who reads while it is written takes what ends in a newline.
 * The file is rotated when it has reached its size: FILE.1 is the newest of
 * FRRD_JOURNAL_OLD old ones.  A file that somebody moved away is made anew.
 *
 * Every line has: time (wall clock, RFC 3339 in UTC with microseconds), monoUs
 * (CLOCK_MONOTONIC of the boot that bootId names), seq (counts the lines of the
 * process `pid`, dropped ones included; kind "dropped" has none of its own), site,
 * kind.
 */
#ifndef FRRD_JOURNAL_H
#define FRRD_JOURNAL_H

#include "frrd/core/action.h"
#include "frrd/core/event.h"
#include "frrd/core/health.h"
#include "frrd/core/markers.h"

struct frrd_grp;
struct frrd_probe;
struct frrd_trk;
struct frrd_command_args;
struct frrd_command_result;
struct json_object;

#define FRRD_JOURNAL_QUEUE (1024 * 1024)
#define FRRD_JOURNAL_SIZE_KIB 4096
#define FRRD_JOURNAL_OLD 4

/* kind "decision": a RECORD action of step(); conflicts carry "conflict". */
extern void frrd_journal_decision(const struct frrd_grp *grp, const struct frrd_event *event,
				  const struct frrd_action *action, const char *note);

/*
 * kind "command": what an operator wanted and what he was answered.
 * origin: "cli", "northbound", ...; command: its name.
 */
extern void frrd_journal_command(const char *origin, const char *command,
				 const struct frrd_command_args *args,
				 const struct frrd_command_result *result);

/*
 * kind "view": what the sites say about a group has changed; kind "sites": the
 * beacons have, once for all groups.  Nothing when the two are equal.
 */
extern void frrd_journal_view(const struct frrd_grp *grp, const struct frrd_view *before,
			      const struct frrd_view *after);

/*
 * kind "written": routes were given to zebra or taken back; when the cause came
 * (commandUs) and when the first was written (writtenUs).  what: "announce",
 * "withdraw".
 */
extern void frrd_journal_written(const struct frrd_grp *grp, const char *what);

/* kind "markers": the group's markers changed, as sent to zebra. */
extern void frrd_journal_markers(const struct frrd_grp *grp, const struct frrd_markers *markers);

/*
 * kind "probe", "track": the state has changed from `before` to what it is now.  A
 * probe's line says the last result and, when it was good, how long that took.
 */
extern void frrd_journal_probe(const struct frrd_probe *probe, enum frrd_health before);
extern void frrd_journal_track(const struct frrd_trk *track, enum frrd_health before);

/* kind "daemon": "started", "stopping", "zebra-up", "zebra-down", ... */
extern void frrd_journal_daemon(const char *event, const char *text);

/* A line of any kind: `fields` are added to the common ones. Takes `fields` over. */
extern void frrd_journal_add(const char *kind, const struct frrd_grp *grp,
			     struct json_object *fields);

/*
 * The last `count` lines, oldest first, from the files; what waits to be written
 * is written before.  Returns false when the journal cannot be read:
 * frrd_journal_problem() says why.
 */
extern bool frrd_journal_last(uint32_t count, void (*line)(void *arg, const char *text),
			      void *arg);

/* For show: where it is, what is wrong with it (empty: nothing), lines dropped so far. */
extern const char *frrd_journal_path(void);
extern const char *frrd_journal_problem(void);
extern uint64_t frrd_journal_dropped(void);

/* The end: write what waits; waits for the disk at most a second. */
extern void frrd_journal_fini(void);

/* The size at which the file is rotated, in KiB; FRRD_JOURNAL_SIZE_KIB by default. */
extern void frrd_journal_set_size(uint32_t kib);

#endif
