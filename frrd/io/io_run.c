// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The main part's side of programs; see io_run.h.
 *
 * Main part and runner speak with RUN, RUN_KILL and RUN_DONE, as frrd and frrd-io do.
 * The number of a job takes the place of the id; its highest bit says that it is a
 * probe's, and so runs without rights.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include "frrd/io/io.h"
#include "frrd/io/io_run.h"
#include "frrd/io/io_run_process.h"
#include "frrd/io/io_run_queue.h"

/* The main part ends a probe's program at its timeout; the runner would soon after. */
#define PROBE_GRACE_MS 1000

struct io_job {
	TAILQ_ENTRY(io_job) entry;
	uint32_t number;
	uint32_t id; /* of RUN; 0: a probe's */
	bool cancelled; /* a probe's that nobody waits for any more */
	void (*done)(const struct frrd_ipc_done *done, void *arg);
	void *arg;
	struct frrd_ipc_buffer *message; /* RUN for the runner, while it waits */
};

TAILQ_HEAD(job_list, io_job);

static struct {
	int fd;
	struct event *readable;
	struct io_queue queue;
	struct job_list hooks, probes; /* these wait */
	struct job_list running;
	unsigned int hooks_waiting, all_running, probes_running;
	uint32_t last_number;
	void (*done)(const struct frrd_ipc_done *done);
	void (*ended)(void);
} run = {
	.fd = -1,
	.hooks = TAILQ_HEAD_INITIALIZER(run.hooks),
	.probes = TAILQ_HEAD_INITIALIZER(run.probes),
	.running = TAILQ_HEAD_INITIALIZER(run.running),
};

static void job_free(struct io_job *job)
{
	free(job->message);
	free(job);
}

/* Numbers of 31 bits that no running program has, for they come back in RUN_DONE. */
static uint32_t next_number(bool probe)
{
	uint32_t number;
	struct io_job *job;

	do {
		run.last_number = run.last_number % (IO_RUN_PROBE - 1) + 1;
		number = run.last_number | (probe ? IO_RUN_PROBE : 0);
		TAILQ_FOREACH (job, &run.running, entry)
			if (job->number == number)
				break;
	} while (job);
	return number;
}

/* Is a program of this probe still on its way out? */
static bool is_running(const void *arg)
{
	struct io_job *job;

	TAILQ_FOREACH (job, &run.running, entry) {
		if (!job->id && job->arg == arg)
			return true;
	}
	return false;
}

static struct io_job *next_job(void)
{
	struct io_job *job;

	if (run.all_running >= IO_RUN_MAX)
		return NULL;
	if (!TAILQ_EMPTY(&run.hooks))
		return TAILQ_FIRST(&run.hooks);
	if (run.probes_running >= IO_RUN_PROBES_MAX)
		return NULL;
	TAILQ_FOREACH (job, &run.probes, entry) {
		if (!is_running(job->arg))
			return job;
	}
	return NULL;
}

/* Gives the runner what may run now. */
static void dispatch(void)
{
	struct io_job *job;

	while ((job = next_job())) {
		if (job->id) {
			TAILQ_REMOVE(&run.hooks, job, entry);
			run.hooks_waiting--;
		} else {
			TAILQ_REMOVE(&run.probes, job, entry);
			run.probes_running++;
		}
		run.all_running++;
		TAILQ_INSERT_TAIL(&run.running, job, entry);
		if (!io_queue_send(&run.queue, job->message)) {
			run.ended();
			return;
		}
		free(job->message);
		job->message = NULL;
	}
}

static void refuse(uint32_t id, const char *why)
{
	const struct frrd_ipc_done done = {
		.id = id,
		.end = FRRD_IPC_NOT_RUN,
		.output = why,
		.output_length = strlen(why),
	};

	run.done(&done);
}

static struct io_job *job_new(const struct frrd_ipc_run *what, bool probe)
{
	struct io_job *job = calloc(1, sizeof(*job));
	struct frrd_ipc_run copy = *what;

	if (!job)
		return NULL;
	job->message = malloc(sizeof(*job->message));
	if (!job->message) {
		job_free(job);
		return NULL;
	}
	job->number = copy.id = next_number(probe);
	if (!frrd_ipc_put_run(job->message, &copy)) {
		job_free(job);
		return NULL;
	}
	/* Thousands may wait: they keep what they need. */
	struct frrd_ipc_buffer *smaller = realloc(
		job->message, offsetof(struct frrd_ipc_buffer, data) + job->message->length);

	if (smaller)
		job->message = smaller;
	return job;
}

void io_run_begin(const struct frrd_ipc_run *what)
{
	struct io_job *job;

	if (run.hooks_waiting >= IO_RUN_WAITING) {
		refuse(what->id, "too many programs wait already");
		return;
	}
	job = job_new(what, false);
	if (!job) {
		refuse(what->id, "no memory");
		return;
	}
	job->id = what->id;
	TAILQ_INSERT_TAIL(&run.hooks, job, entry);
	run.hooks_waiting++;
	dispatch();
}

struct io_job *io_run_program(const char *command, uint32_t timeout_ms,
			      void (*done)(const struct frrd_ipc_done *done, void *arg), void *arg)
{
	struct frrd_ipc_run what = { .id = 1, .timeout_ms = timeout_ms + PROBE_GRACE_MS };
	struct io_job *job;

	snprintf(what.command, sizeof(what.command), "%s", command);
	job = job_new(&what, true);
	if (!job)
		return NULL;
	job->done = done;
	job->arg = arg;
	TAILQ_INSERT_TAIL(&run.probes, job, entry);
	dispatch();
	return job;
}

static void send_kill(uint32_t number)
{
	static struct frrd_ipc_buffer buffer;

	if (!frrd_ipc_put_run_kill(&buffer, number) || !io_queue_send(&run.queue, &buffer))
		run.ended();
}

/* A running one keeps its place until it has ended. */
void io_run_cancel(struct io_job *job)
{
	if (job->message) {
		TAILQ_REMOVE(&run.probes, job, entry);
		job_free(job);
		return;
	}
	job->cancelled = true;
	send_kill(job->number);
}

void io_run_kill(uint32_t id)
{
	struct io_job *job, *next;

	TAILQ_FOREACH (job, &run.running, entry) {
		if (job->id == id)
			send_kill(job->number);
	}
	for (job = TAILQ_FIRST(&run.hooks); job; job = next) {
		next = TAILQ_NEXT(job, entry);
		if (job->id != id)
			continue;
		TAILQ_REMOVE(&run.hooks, job, entry);
		run.hooks_waiting--;
		job_free(job);
		refuse(id, "ended before it began");
	}
}

static void job_done(struct frrd_ipc_done *done)
{
	struct io_job *job;

	TAILQ_FOREACH (job, &run.running, entry) {
		if (job->number == done->id)
			break;
	}
	if (!job)
		return;
	TAILQ_REMOVE(&run.running, job, entry);
	run.all_running--;
	if (!job->id)
		run.probes_running--;
	done->id = job->id;
	if (job->id)
		run.done(done);
	else if (!job->cancelled)
		job->done(done, job->arg);
	job_free(job);
}

static void runner_readable(evutil_socket_t fd, short what, void *arg)
{
	static uint8_t data[FRRD_IPC_MAX];
	struct frrd_ipc_message message;
	ssize_t n;

	/* Not for ever: others have something to do as well. */
	for (int i = 0; i < 32; i++) {
		n = recv(fd, data, sizeof(data), MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (n <= 0 || frrd_ipc_decode(data, n, &message) || message.type != FRRD_IPC_RUN_DONE) {
			event_del(run.readable);
			run.ended();
			return;
		}
		job_done(&message.done);
	}
	dispatch();
}

int io_run_fork(pid_t *ret_pid)
{
	int fds[2], saved;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) < 0)
		return -1;
	*ret_pid = fork();
	if (*ret_pid == 0)
		exit(io_run_process(fds[1]));
	saved = errno;
	close(fds[1]);
	if (*ret_pid > 0)
		return fds[0];
	close(fds[0]);
	errno = saved;
	return -1;
}

bool io_run_init(int fd, void (*done)(const struct frrd_ipc_done *done), void (*ended)(void))
{
	run.fd = fd;
	run.done = done;
	run.ended = ended;
	run.readable = event_new(io_base, fd, EV_READ | EV_PERSIST, runner_readable, NULL);
	return run.readable && io_queue_init(&run.queue, io_base, fd) && event_add(run.readable, NULL) == 0;
}

static void free_list(struct job_list *list)
{
	struct io_job *job;

	while ((job = TAILQ_FIRST(list))) {
		TAILQ_REMOVE(list, job, entry);
		job_free(job);
	}
}

void io_run_finish(void)
{
	free_list(&run.hooks);
	free_list(&run.probes);
	free_list(&run.running);
	io_queue_finish(&run.queue);
	if (run.readable)
		event_free(run.readable);
	if (run.fd >= 0)
		close(run.fd);
	run.readable = NULL;
	run.fd = -1;
}
