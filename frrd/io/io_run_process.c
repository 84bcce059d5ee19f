// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The runner; see io_run_process.h. One thread, a libevent loop of its own.
 *
 * Each program is the leader of a session of its own, and so of a process group. It has
 * ended when the leader has; what is left of the group is killed then, and what it wrote
 * until then is its output. A process that left the group on purpose can keep the pipe
 * open: nobody waits for that.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "frrd/io/io_run_process.h"
#include "frrd/io/io_run_program.h"
#include "frrd/io/io_run_queue.h"

#define SOCKET_FD	 3
#define KILL_AFTER_MS	 1000 /* from SIGTERM to SIGKILL */
#define ENV_PATH	 "PATH=/usr/sbin:/usr/bin:/sbin:/bin"
#define ENV_LANG	 "LANG=C"

struct child {
	LIST_ENTRY(child) entry;
	uint32_t number;
	pid_t pid;
	int pidfd, out, failure; /* out: what it writes; failure: errno of an exec that failed */
	struct event *exited, *readable, *timer;
	int64_t started_ms;
	bool timed_out, terminated;
	bool truncated;
	size_t length;
	char output[FRRD_IPC_OUTPUT];
};

static LIST_HEAD(, child) children = LIST_HEAD_INITIALIZER(children);
static struct event_base *base;
static struct io_queue queue;
static pid_t runner;

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* A child that has not begun its session yet is no group. */
static void signal_group(const struct child *child, int sig)
{
	if (kill(-child->pid, sig) < 0 && errno == ESRCH)
		kill(child->pid, sig);
}

static void send_done(const struct frrd_ipc_done *done)
{
	static struct frrd_ipc_buffer buffer;

	/* Somebody waits for each of them: without one, all has to begin anew. */
	if (!frrd_ipc_put_done(&buffer, done) || !io_queue_send(&queue, &buffer))
		event_base_loopbreak(base);
}

static void not_run(uint32_t number, const char *why)
{
	const struct frrd_ipc_done done = {
		.id = number,
		.end = FRRD_IPC_NOT_RUN,
		.output = why,
		.output_length = strlen(why),
	};

	send_done(&done);
}

static void child_free(struct child *child)
{
	LIST_REMOVE(child, entry);
	if (child->exited)
		event_free(child->exited);
	if (child->readable)
		event_free(child->readable);
	if (child->timer)
		event_free(child->timer);
	if (child->pidfd >= 0)
		close(child->pidfd);
	if (child->out >= 0)
		close(child->out);
	if (child->failure >= 0)
		close(child->failure);
	free(child);
}

/*
 * Takes what is in the pipe, at most what fits into it at once: a program that writes
 * without end must not keep the others waiting. False: there is no more to come.
 */
static bool read_output(struct child *child)
{
	static char rest[65536];
	ssize_t n;

	do {
		size_t room = sizeof(child->output) - child->length;

		if (room)
			n = read(child->out, child->output + child->length, room);
		else
			n = read(child->out, rest, sizeof(rest));
		if (n > 0 && room)
			child->length += n;
		else if (n > 0)
			child->truncated = true;
		if (n > 0 && !room)
			return true;
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 && errno == EAGAIN;
}

static void child_readable(evutil_socket_t fd, short what, void *arg)
{
	struct child *child = arg;

	if (!read_output(child))
		event_del(child->readable);
}

/* "cannot be executed: ..." of a child that did not become the program. */
static bool exec_failed(const struct child *child, char *reason, size_t size)
{
	int error;

	if (read(child->failure, &error, sizeof(error)) != sizeof(error))
		return false;
	snprintf(reason, size, "cannot be executed: %s", strerror(error));
	return true;
}

static void report(struct child *child, const siginfo_t *info)
{
	struct frrd_ipc_done done = {
		.id = child->number,
		.end = info->si_code == CLD_EXITED ? FRRD_IPC_EXITED : FRRD_IPC_SIGNALLED,
		.code = info->si_status,
		.ran_ms = now_ms() - child->started_ms,
		.truncated = child->truncated,
		.output = child->output,
		.output_length = child->length,
	};
	char reason[FRRD_IPC_TEXT];

	if (exec_failed(child, reason, sizeof(reason))) {
		not_run(child->number, reason);
		return;
	}
	if (child->timed_out) {
		done.end = FRRD_IPC_TIMED_OUT;
		done.code = 0;
	}
	send_done(&done);
}

static void child_exited(evutil_socket_t fd, short what, void *arg)
{
	struct child *child = arg;
	siginfo_t info = {};

	/* While the leader is not waited for, nobody else can have the group's number. */
	if (waitid(P_PID, child->pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || !info.si_pid)
		return;
	kill(-child->pid, SIGKILL);
	waitid(P_PID, child->pid, &info, WEXITED);
	read_output(child);
	report(child, &info);
	child_free(child);
}

static void terminate(struct child *child)
{
	const struct timeval later = { .tv_sec = KILL_AFTER_MS / 1000 };

	if (child->terminated)
		return;
	child->terminated = true;
	signal_group(child, SIGTERM);
	/* One that is stopped would not see it. */
	signal_group(child, SIGCONT);
	event_add(child->timer, &later);
}

static void child_timer(evutil_socket_t fd, short what, void *arg)
{
	struct child *child = arg;

	if (child->terminated) {
		signal_group(child, SIGKILL);
		return;
	}
	child->timed_out = true;
	terminate(child);
}

/* In the child. `failure` is closed by the exec that succeeds. */
static _Noreturn void become(const struct frrd_program *program, struct frrd_ipc_run *run, int out, int failure)
{
	char *env[FRRD_IPC_ENV + 3];
	size_t n = 0;
	int error;

	env[n++] = (char *)ENV_PATH;
	env[n++] = (char *)ENV_LANG;
	for (size_t i = 0; i < run->env_count; i++)
		env[n++] = (char *)run->env[i];
	env[n] = NULL;
	/* The runner may be killed at any time; what it runs must not go on alone. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || getppid() != runner)
		_exit(126);
	io_program_exec(program, run->command, env, out, !(run->id & IO_RUN_PROBE));
	error = errno;
	if (write(failure, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

/* Forks; false: errno. `child` has its pipes and its pid then. */
static bool child_fork(struct child *child, const struct frrd_program *program, struct frrd_ipc_run *run)
{
	int out[2], failure[2] = { -1, -1 }, saved;

	if (pipe2(out, O_CLOEXEC) < 0)
		return false;
	if (pipe2(failure, O_CLOEXEC | O_NONBLOCK) < 0 || fcntl(out[0], F_SETFL, O_NONBLOCK) < 0)
		child->pid = -1;
	else
		child->pid = fork();
	if (child->pid == 0)
		become(program, run, out[1], failure[1]);
	saved = errno;
	close(out[1]);
	if (failure[1] >= 0)
		close(failure[1]);
	child->out = out[0];
	child->failure = failure[0];
	errno = saved;
	return child->pid > 0;
}

/* False: errno. */
static bool child_watch(struct child *child, uint32_t timeout_ms)
{
	const struct timeval timeout = {
		.tv_sec = timeout_ms / 1000,
		.tv_usec = timeout_ms % 1000 * 1000,
	};

	child->pidfd = syscall(SYS_pidfd_open, child->pid, 0);
	if (child->pidfd < 0)
		return false;
	child->exited = event_new(base, child->pidfd, EV_READ | EV_PERSIST, child_exited, child);
	child->readable = event_new(base, child->out, EV_READ | EV_PERSIST, child_readable, child);
	child->timer = evtimer_new(base, child_timer, child);
	errno = ENOMEM;
	return child->exited && child->readable && child->timer && event_add(child->exited, NULL) == 0 &&
	       event_add(child->readable, NULL) == 0 && event_add(child->timer, &timeout) == 0;
}

static void child_start(const struct frrd_program *program, struct frrd_ipc_run *run)
{
	struct child *child = calloc(1, sizeof(*child));
	int error;

	if (!child) {
		not_run(run->id, "no memory");
		return;
	}
	LIST_INSERT_HEAD(&children, child, entry);
	child->number = run->id;
	child->pidfd = child->out = child->failure = -1;
	child->started_ms = now_ms();
	if (child_fork(child, program, run) && child_watch(child, run->timeout_ms))
		return;
	error = errno;
	if (child->pid > 0) {
		signal_group(child, SIGKILL);
		waitpid(child->pid, NULL, 0);
	}
	child_free(child);
	not_run(run->id, strerror(error));
}

static void start(struct frrd_ipc_run *run)
{
	size_t skip = strspn(run->command, " \t");
	char name[FRRD_IPC_LINE], reason[FRRD_IPC_TEXT];
	struct frrd_program program;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(run->command + skip, " \t"),
		 run->command + skip);
	if (!frrd_program_open(name, &program, reason)) {
		not_run(run->id, reason);
		return;
	}
	child_start(&program, run);
	close(program.fd);
}

static void stop(uint32_t number)
{
	struct child *child;

	LIST_FOREACH (child, &children, entry) {
		if (child->number == number)
			terminate(child);
	}
}

static void readable(evutil_socket_t fd, short what, void *arg)
{
	static uint8_t data[FRRD_IPC_MAX];
	struct frrd_ipc_message message;
	ssize_t n = recv(fd, data, sizeof(data), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || frrd_ipc_decode(data, n, &message))
		event_base_loopbreak(base);
	else if (message.type == FRRD_IPC_RUN)
		start(&message.run);
	else if (message.type == FRRD_IPC_RUN_KILL)
		stop(message.run.id);
}

/* Descriptors of the main part, its sockets among them, are not for the runner. */
static bool close_others(int fd)
{
	return (fd == SOCKET_FD || dup2(fd, SOCKET_FD) == SOCKET_FD) &&
	       fcntl(SOCKET_FD, F_SETFD, FD_CLOEXEC) == 0 &&
	       syscall(SYS_close_range, SOCKET_FD + 1u, ~0u, 0) == 0;
}

/* The main part has gone: so has who asked for the programs. */
static void end_all(void)
{
	while (!LIST_EMPTY(&children)) {
		struct child *child = LIST_FIRST(&children);

		signal_group(child, SIGKILL);
		waitpid(child->pid, NULL, 0);
		child_free(child);
	}
}

int io_run_process(int fd)
{
	struct event *event;

	runner = getpid();
	prctl(PR_SET_NAME, "frrd-io-run");
	/* It ends with the main part, and not by a signal that was meant for all. */
	signal(SIGTERM, SIG_IGN);
	if (!close_others(fd) || !io_program_drop()) {
		fprintf(stderr, "frrd-io: programs cannot be run: %s\n", strerror(errno));
		return 1;
	}
	base = event_base_new();
	event = base ? event_new(base, SOCKET_FD, EV_READ | EV_PERSIST, readable, NULL) : NULL;
	if (!event || !io_queue_init(&queue, base, SOCKET_FD) || event_add(event, NULL) < 0) {
		fprintf(stderr, "frrd-io: programs cannot be run: no memory\n");
		return 1;
	}
	event_base_dispatch(base);
	end_all();
	io_queue_finish(&queue);
	event_free(event);
	event_base_free(base);
	return 0;
}
