/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Retention: for how long zebra keeps frrd's routes after frrd has died
 * (`stale-retention`, zebra's graceful restart of clients).
 *
 *               session                resumed            quiet for 1 s
 *     DOWN --------------> ADOPTING -------------> BUSY ----------------> ARMED
 *                 zebra may hold routes of an        ^    a route is added  |
 *                 earlier session                    +----------------------+
 *
 * When the time is over zebra 8.4 drops a client's routes, but for those that are
 * not older, in whole seconds of the clock, than the client's end: a route that
 * was added in the very second of the death would stay for ever.  So retention is
 * in force only while every route is a second old.  A frrd that dies within a
 * second of adding a route loses all of its routes at once.
 */
#ifndef FRRD_RETAIN_H
#define FRRD_RETAIN_H

/* The configuration changed. */
extern void frrd_retain_apply(void);

extern void frrd_retain_zebra_up(void);
extern void frrd_retain_zebra_down(void);

/* A route is about to be added. */
extern void frrd_retain_adding(void);

/* zebra reported on a route. */
extern void frrd_retain_answered(void);

/* What was not written again in this session may go. */
extern void frrd_retain_resumed(void);

/* This process is about to close the sessions by intention: nothing is to stay. */
extern void frrd_retain_closing(void);

/* The end: nothing is to stay, and retention does not come back. */
extern void frrd_retain_stop(void);

#endif
