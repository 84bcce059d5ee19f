/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of hooks need: a group at site dc2 of dc1 and dc2, a runner of programs
 * that runs nothing, and a journal of one line.  Include it after <cmocka.h>.
 */
#ifndef TEST_HOOK_KIT_H
#define TEST_HOOK_KIT_H

#include "frrd/frrd_config.h"
#include "frrd/frrd_hook.h"

extern struct frrd_grp group;

/* The line that was written last. */
#define KIT_JOURNAL 8192
extern char journal[KIT_JOURNAL];

/* A program that frrd has handed over; it has ended when `done` is NULL. */
struct kit_program {
	char command[64];
	char env[20000]; /* "NAME=VALUE|" each */
	uint32_t timeout_ms;
	void (*done)(void *arg, const struct frrd_ipc_done *result);
	void *arg;
};

extern uint32_t started, killed, cancelled; /* programs */
extern bool accepting;			    /* false: the runner refuses all of them */

/* The program that was started last, and how it ends: by its exit status, or told to. */
extern struct kit_program *running(void);
extern void end_as(const struct frrd_ipc_done *result);
extern void end_with(int code, const char *output);
extern void end_by_signal(void);

/* What was said to the sequence of the group. */
extern int dones;
extern bool last_go_on;
extern void done(struct frrd_grp *grp, bool go_on);

/* Configure a hook; run those of an event, as in a move from dc1 to dc2. */
extern struct frrd_hook *add(enum frrd_hook_event event, uint16_t sequence, const char *command);
extern bool run(enum frrd_hook_event event);

/* The state machine decides. */
extern void decide(enum frrd_state to, enum frrd_reason reason);

/* "FRRD_FROM=dc1|FRRD_TO=dc2", as the program was told that was started last. */
extern const char *owners(void);

/* Of each test, and of all of them. */
extern int setup(void **state);
extern int teardown(void **state);
extern int setup_all(void **state);
extern int teardown_all(void **state);
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)

#endif
