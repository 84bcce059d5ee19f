/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replays scenarios against step().
 *
 * A scenario is a text, in a file NAME.scn or in a test, of lines:
 *
 *   # anything                         a comment; empty lines are skipped
 *   policy KEY=VALUE...                before the first event; see below
 *   event MS NAME [ARGUMENTS]          one event, MS milliseconds after the start
 *   expect OUTCOME                     what it does, as struct outcome has it
 *   deadline MS|never                  the group's deadline now
 *
 * and for the arbiter bgp also:
 *
 *   at MS OUTCOME                      what happens by itself at that time, not before;
 *                                      "-": nothing until then
 *   stopped MS                         the process does not run until then
 *   markers none|claim ready request=ID grant=ID
 *
 * An event without `expect` has to do nothing.  Times do not run backwards.
 * Names of events are those of frrd_event_name(); arguments are
 *
 *   failover [force]
 *   failover-to to=ID, switchover-away to=ID
 *   routes total=N announced=N installed=N pending=N failed=N lost=N taken=N
 *   elsewhere announced=N unknown=N
 *   view [unknown] [own-claim] [own-grant] beacons=IDS claims=IDS requests=IDS readies=IDS grants=IDS
 *   health healthy=yes|no
 *   restore [owned] [held] [barred] [moves=N]
 *   config KEY=VALUE...
 *
 * What is not named is 0 or nobody; parts of the policy that are not named stay as
 * they were.  Keys of the policy are those of the configuration, and
 *
 *   member=yes|no complete=yes|no withdraw-timeout=MS
 *   arbiter=manual|bgp                 bgp, the first time: bgp_policy()
 *   self=ID voters=IDS maintenance=IDS
 *   members=IDS                        in the order of their ranks
 *
 * With the arbiter bgp TICKs are given at every deadline, and what they do has to
 * be expected by an `at` line.
 */
#ifndef FRRD_TESTS_CORE_REPLAY_H
#define FRRD_TESTS_CORE_REPLAY_H

#include <stdio.h>

#include "tests/core/support.h"

struct replay {
	struct frrd_group group;
	struct frrd_policy policy;
	int64_t now_ms;
	unsigned int line;
	unsigned int events, expects;
	bool unsaid;		/* the last event's outcome was not compared yet */
	bool stopped;		/* no TICK before the next event */
	struct outcome outcome; /* of the last event */
	char error[512];	/* empty: all is well */
	void (*watch)(const struct step *step); /* is told every step, if not NULL */
};

void replay_begin(struct replay *r);

/* Replay a whole scenario; r->error says what is wrong, or nothing. */
void replay_lines(struct replay *r, FILE *file);
void replay_text(struct replay *r, const char *text);

/* Replay a scenario, and fail the test when something is wrong. */
void play(const char *text);

#endif
