/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process of frrd-io: fork, privileges, exec, kill, what became of it.  For
 * frrd_ioproc.c only.
 */
#ifndef FRRD_IOPROC_CHILD_H
#define FRRD_IOPROC_CHILD_H

#include <stddef.h>

struct frrd_ioproc_child {
	int pid;   /* 0: there is none */
	int pidfd; /* readable when it has ended; -1: there is none */
	int sock;  /* our end, close-on-exec and non-blocking; -1: there is none */
};

#define FRRD_IOPROC_NO_CHILD                                                                       \
	{                                                                                          \
		.pidfd = -1, .sock = -1                                                            \
	}

/*
 * Start PATH/frrd-io, where PATH is the folder of this program, with its end of the
 * socketpair as descriptor 3 and CAP_NET_RAW and CAP_NET_ADMIN as ambient
 * capabilities, as far as frrd has them.  Returns 0, or -errno and no child.
 */
extern int frrd_ioproc_child_start(struct frrd_ioproc_child *child);

/* It has ended: write why into buf. */
extern void frrd_ioproc_child_reap(struct frrd_ioproc_child *child, char *buf, size_t size);

/* Kill it and forget it, without waiting for its end; nothing when there is none. */
extern void frrd_ioproc_child_kill(struct frrd_ioproc_child *child);

/* The end of frrd: forget those that were killed and have not ended yet. */
extern void frrd_ioproc_child_fini(void);

#endif
