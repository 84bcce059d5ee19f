/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of frrd_address.c need: a group of this site, dc2, a clock that stands
 * until it is told to go on, a runner of programs that runs nothing, and a journal.
 * Include it after <cmocka.h>.
 */
#ifndef TEST_ADDRESS_KIT_H
#define TEST_ADDRESS_KIT_H

#include "frrd/frrd_address.h"
#include "frrd/frrd_config.h"

/* The clock; what is due within this time happens, in its order. */
extern int64_t now_ms;
extern void pass(int64_t ms);

extern struct frrd_grp group;
extern bool is_member;		 /* is this site one? */
extern const char *what_changes; /* in a takeover; NULL: nothing */

/* With so many records, and the first so many of these targets. */
#define KIT_TARGETS 12
extern const char *const kit_targets[KIT_TARGETS];
extern void configure(struct frrd_grp *grp, size_t records, size_t target_count);

/* This site is the owner, and its routes stand; the group gets into another state. */
extern void own(struct frrd_grp *grp, enum frrd_reason reason);
extern void become(enum frrd_state state);

extern struct frrd_address_status dns(void);

/* Programs that were started: number 1 is the first of the list. */
#define KIT_PROGRAMS 64
struct kit_program {
	char command[64];
	const char *target; /* NULL: dns-update */
	void (*done)(void *arg, const struct frrd_ipc_done *result);
	void *arg;
};
extern struct kit_program programs[KIT_PROGRAMS];
extern uint32_t started, cancelled;

/* A program ends; the one that was started last does. */
extern void end_number(uint32_t id, int code, const char *output);
extern void end_last(int code, const char *output);

#define KIT_JOURNAL 1024
extern char journal_text[KIT_JOURNAL]; /* "dns failed|notify told|" */
extern uint32_t notified;

extern int setup(void **state);
extern int teardown(void **state);
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)

#endif
