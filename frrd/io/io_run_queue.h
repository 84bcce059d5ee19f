/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets for a socket that may be full: they are sent at once when they can be, else
 * kept in order until it is writable. How many there can be is the user's to bound.
 * Both ends of the socket between main part and runner have one.
 */
#ifndef FRRD_IO_RUN_QUEUE_H
#define FRRD_IO_RUN_QUEUE_H

#include <stdbool.h>
#include <sys/queue.h>

#include <event2/event.h>

#include "frrd_ipc.h"

struct io_packet;

struct io_queue {
	int fd;
	struct event *writable;
	STAILQ_HEAD(, io_packet) packets;
};

/* `fd` is non-blocking and stays the caller's. False: no memory. */
bool io_queue_init(struct io_queue *queue, struct event_base *base, int fd);
void io_queue_finish(struct io_queue *queue);

/* Sends or keeps. False: the other end is gone, or there is no memory. */
bool io_queue_send(struct io_queue *queue, const struct frrd_ipc_buffer *buffer);

#endif
