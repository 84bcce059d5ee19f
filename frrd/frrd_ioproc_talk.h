/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What frrd and frrd-io say to each other: reading, writing, what waits to be written,
 * programs that run.  For frrd_ioproc.c only.
 */
#ifndef FRRD_IOPROC_TALK_H
#define FRRD_IOPROC_TALK_H

#include "frrd/frrd_ioproc.h"

/* Told to the supervisor. */
struct frrd_ioproc_talker {
	void (*heard)(void);		 /* it has said something */
	void (*hello)(void);		 /* it is ready */
	void (*broken)(const char *why); /* it cannot be spoken to any more */
};

extern void frrd_ioproc_talk_init(const struct frrd_ioproc_handlers *handlers,
				  const struct frrd_ioproc_talker *talker);
extern void frrd_ioproc_talk_fini(void);

/* The descriptor of a new frrd-io; it stays the caller's. */
extern void frrd_ioproc_talk_open(int sock);
extern void frrd_ioproc_talk_close(void);

/* Read what is there; write what waits, as far as there is room. Neither blocks. */
extern void frrd_ioproc_talk_read(void);
extern void frrd_ioproc_talk_write(void);

extern void frrd_ioproc_talk_ping(uint32_t number);

/* Is there a program that has to be run? */
extern bool frrd_ioproc_talk_waits(void);

/* The programs that a frrd-io ran that is gone: they get their answer from the event loop. */
extern void frrd_ioproc_talk_abandon(const char *why);

/* Of frrd_ioproc.c. */
extern bool frrd_ioproc_is_running(void);

#endif
