/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks another FRR daemon of this router through its vty socket, as vtysh does.
 * Never blocks: the commands go out one after the other, their answers come back
 * by the event loop, bounded in size and, all together, in time.
 */
#ifndef FRRD_VTYCLIENT_H
#define FRRD_VTYCLIENT_H

#include <stdbool.h>
#include <stddef.h>

struct frrd_vtyclient;

/* An answer larger than this is not kept; the commands after it are asked all the same. */
#define FRRD_VTYCLIENT_ANSWER_MAX (4u << 20)

/* Called once, never from within frrd_vtyclient_ask(); the client is gone afterwards. */
typedef void (*frrd_vtyclient_done)(struct frrd_vtyclient *client, void *arg);

/*
 * Ask a daemon ("bgpd") a list of commands; the strings are copied.  Everything has
 * to be answered within timeout_ms.
 */
extern struct frrd_vtyclient *frrd_vtyclient_ask(const char *daemon, const char *const *commands,
						 size_t count, unsigned int timeout_ms,
						 frrd_vtyclient_done done, void *arg);

/* Forget it; `done` is not called. */
extern void frrd_vtyclient_cancel(struct frrd_vtyclient *client);

/* For `done`: what went wrong, for people, or NULL when every command was answered. */
extern const char *frrd_vtyclient_error(const struct frrd_vtyclient *client);

/*
 * For `done`: the text that came back for command `index`; NULL when there is none,
 * or when it was too large.  Valid until `done` returns.
 */
extern const char *frrd_vtyclient_answer(const struct frrd_vtyclient *client, size_t index);

#endif
