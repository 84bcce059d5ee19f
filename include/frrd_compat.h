/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differences between the versions of FRR, in one place and nowhere else.
 *
 * The code is written in the newest naming; for older versions that is mapped
 * to theirs here.  Only what frrd uses is mapped.
 *
 * FRR 9.0 renamed threads to events (struct thread_master -> struct event_loop,
 * struct thread -> struct event, thread_add_*() -> event_add_*()).  `event` is
 * too common a word to be a macro (the northbound's args->event, our own core),
 * so before 9.0 `struct event` is a type that is never completed and these
 * macros convert the pointers.
 */
#ifndef FRRD_COMPAT_H
#define FRRD_COMPAT_H

#if __has_include("frrevent.h")

#include "frrevent.h"

#define EVENT_RUN_NEXT(m)                                                                          \
	do {                                                                                       \
		struct event _next;                                                                \
                                                                                                   \
		if (event_fetch(m, &_next))                                                        \
			event_call(&_next);                                                        \
	} while (0)

#else /* FRR < 9.0 */

#include "thread.h"

struct event;

#define event_loop thread_master

typedef void (*frrd_thread_func)(struct thread *thread);

/* _xref_t_a() of thread.h, which does not export it */
#define FRRD_EVENT_ADD(addfn, type, m, f, a, v, t)                                                 \
	({                                                                                         \
		static const struct xref_threadsched _xref __attribute__((used)) = {               \
			.xref = XREF_INIT(XREFT_THREADSCHED, NULL, __func__),                      \
			.funcname = #f,                                                            \
			.dest = #t,                                                                \
			.thread_type = THREAD_##type,                                              \
		};                                                                                 \
		void (*_f)(struct event *) = (f);                                                  \
		struct event **_t = (t);                                                           \
                                                                                                   \
		XREF_LINK(_xref.xref);                                                             \
		_thread_add_##addfn(&_xref, m, (frrd_thread_func)_f, a, v, (struct thread **)_t);  \
	})

#define event_add_read(m, f, a, v, t)	    FRRD_EVENT_ADD(read_write, READ, m, f, a, v, t)
#define event_add_write(m, f, a, v, t)	    FRRD_EVENT_ADD(read_write, WRITE, m, f, a, v, t)
#define event_add_timer_msec(m, f, a, v, t) FRRD_EVENT_ADD(timer_msec, TIMER, m, f, a, v, t)
#define event_add_event(m, f, a, v, t)	    FRRD_EVENT_ADD(event, EVENT, m, f, a, v, t)

#define EVENT_ARG(e) (((struct thread *)(e))->arg)

#define EVENT_OFF(e)                                                                               \
	do {                                                                                       \
		if (e)                                                                             \
			thread_cancel((struct thread **)&(e));                                     \
	} while (0)

#define event_master_create(name) thread_master_create(name)
#define event_master_free(m)	  thread_master_free(m)

/* Wait for one event and call it; for tests, which have no frr_run(). */
#define EVENT_RUN_NEXT(m)                                                                          \
	do {                                                                                       \
		struct thread _next;                                                               \
                                                                                                   \
		if (thread_fetch(m, &_next))                                                       \
			thread_call(&_next);                                                       \
	} while (0)

#endif /* FRR < 9.0 */

/*
 * bgpd's `redistribute table` takes the number of a table in IPv4 only (8.4 to
 * 10.x); in IPv6 it means routes without an instance.
 */
#define FRRD_IPV6_INSTANCE(table) 0

#endif /* FRRD_COMPAT_H */
