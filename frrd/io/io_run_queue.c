// SPDX-License-Identifier: GPL-2.0-or-later
/* Packets for a socket that may be full; see io_run_queue.h. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "frrd/io/io_run_queue.h"

struct io_packet {
	STAILQ_ENTRY(io_packet) entry;
	size_t length;
	uint8_t data[];
};

enum sent { SENT, SENT_FULL, SENT_FAILED };

static enum sent send_packet(int fd, const uint8_t *data, size_t length)
{
	ssize_t n;

	do
		n = send(fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return SENT;
	return errno == EAGAIN || errno == ENOBUFS ? SENT_FULL : SENT_FAILED;
}

/* A failure shows at the reading side, too, which is where it is dealt with. */
static void queue_writable(evutil_socket_t fd, short what, void *arg)
{
	struct io_queue *queue = arg;
	struct io_packet *packet;

	while ((packet = STAILQ_FIRST(&queue->packets))) {
		if (send_packet(fd, packet->data, packet->length) == SENT_FULL)
			return;
		STAILQ_REMOVE_HEAD(&queue->packets, entry);
		free(packet);
	}
	event_del(queue->writable);
}

bool io_queue_init(struct io_queue *queue, struct event_base *base, int fd)
{
	queue->fd = fd;
	STAILQ_INIT(&queue->packets);
	queue->writable = event_new(base, fd, EV_WRITE | EV_PERSIST, queue_writable, queue);
	return queue->writable != NULL;
}

void io_queue_finish(struct io_queue *queue)
{
	struct io_packet *packet;

	while ((packet = STAILQ_FIRST(&queue->packets))) {
		STAILQ_REMOVE_HEAD(&queue->packets, entry);
		free(packet);
	}
	if (queue->writable)
		event_free(queue->writable);
	queue->writable = NULL;
}

bool io_queue_send(struct io_queue *queue, const struct frrd_ipc_buffer *buffer)
{
	struct io_packet *packet;

	if (STAILQ_EMPTY(&queue->packets)) {
		enum sent sent = send_packet(queue->fd, buffer->data, buffer->length);

		if (sent != SENT_FULL)
			return sent == SENT;
	}
	packet = malloc(sizeof(*packet) + buffer->length);
	if (!packet)
		return false;
	packet->length = buffer->length;
	memcpy(packet->data, buffer->data, buffer->length);
	if (STAILQ_EMPTY(&queue->packets) && event_add(queue->writable, NULL) < 0) {
		free(packet);
		return false;
	}
	STAILQ_INSERT_TAIL(&queue->packets, packet, entry);
	return true;
}
