/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connection to frrd: messages in, messages out, never blocking and never
 * growing.  See doc/architecture.md, "frrd-io".
 */
#ifndef FRRD_IO_CHANNEL_H
#define FRRD_IO_CHANNEL_H

#include "frrd_ipc.h"

/*
 * Take over the socket `fd` and say HELLO. io_base exists. The process ends by
 * io_end(): with 0 when frrd is gone, with 1 after a malformed message. False: errno
 * says what is wrong with `fd`.
 */
bool io_channel_init(int fd);
void io_channel_finish(void);

/* A program has ended: RUN_DONE. Copied at once. */
void io_channel_done(const struct frrd_ipc_done *done);

/* The scheduler has results: they are fetched at the end of this turn of the loop. */
void io_channel_kick(void);

#endif
