// SPDX-License-Identifier: GPL-2.0-or-later
/* The process of frrd-io; see frrd_ioproc_child.h. */

#include <zebra.h>

#include <linux/capability.h>
#include <linux/close_range.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "memory.h"
#include "typesafe.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_ioproc_child.h"
#include "frrd/frrd_process.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_IO_DYING, "frrd-io that was killed");

#define CHILD_SOCK 3
#define NOT_STARTED 127 /* exit status of a child that could not become frrd-io */

static const uint32_t wanted_caps = 1u << CAP_NET_RAW | 1u << CAP_NET_ADMIN;

/* frrd-io lies beside frrd, installed and in the build folder. */
static int program_path(char *buf, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", buf, size - 1);
	char *slash;

	if (length < 0)
		return -errno;
	buf[length] = '\0';
	slash = strrchr(buf, '/');
	if (!slash)
		return -ENOENT;
	slash[1] = '\0';
	if (strlcat(buf, "frrd-io", size) >= size)
		return -ENAMETOOLONG;
	return access(buf, X_OK) < 0 ? -errno : 0;
}

/*
 * Hands on what frrd is permitted: inheritable, then ambient, which survives the exec.
 * Capabilities are a thread's, and libfrr has its own idea of this one's: so this is for
 * the child after the fork only.  Without any of them frrd-io does what it can.
 */
static void hand_capabilities_on(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) < 0)
		return;
	data[0].inheritable = data[0].permitted & wanted_caps;
	data[1].inheritable = 0;
	if (syscall(SYS_capset, &header, data) < 0)
		return;
	if (data[0].inheritable & 1u << CAP_NET_RAW)
		(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0);
	if (data[0].inheritable & 1u << CAP_NET_ADMIN)
		(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN, 0, 0);
}

/*
 * In the child, which has one thread and may have been forked while others held locks:
 * system calls only.
 */
static void become(const char *path, int sock, int null)
{
	char *const argv[] = { (char *)path, (char *)"--fd", (char *)"3", NULL };
	char *const envp[] = { (char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", (char *)"LANG=C", NULL };
	sigset_t none;

	hand_capabilities_on();
	/* `sock` and `null` are above 3: frrd has had descriptors open for long. */
	if (dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(sock, CHILD_SOCK) < 0)
		_exit(NOT_STARTED);
	(void)close_range(CHILD_SOCK + 1, ~0U, 0);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
	execve(path, argv, envp);
	_exit(NOT_STARTED);
}

static int fork_child(const char *path, int sock, int null)
{
	pid_t pid = fork();

	if (pid == 0)
		become(path, sock, null);
	return pid < 0 ? -errno : pid;
}

/* The descriptor that the child gets must not be one of those that it overwrites. */
static int above_three(int fd)
{
	int moved;

	if (fd > CHILD_SOCK)
		return fd;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, CHILD_SOCK + 1);
	close(fd);
	return moved;
}

int frrd_ioproc_child_start(struct frrd_ioproc_child *child)
{
	char path[PATH_MAX];
	int pair[2], null, pid, ret;

	ret = program_path(path, sizeof(path));
	if (ret < 0)
		return ret;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return -errno;
	pair[1] = above_three(pair[1]);
	null = above_three(open("/dev/null", O_RDWR | O_CLOEXEC));
	pid = pair[1] < 0 || null < 0 ? -EMFILE : fork_child(path, pair[1], null);
	if (pair[1] >= 0)
		close(pair[1]);
	if (null >= 0)
		close(null);
	if (pid < 0) {
		close(pair[0]);
		return pid;
	}
	child->pid = pid;
	child->sock = pair[0];
	child->pidfd = pidfd_open(pid, 0);
	if (child->pidfd >= 0)
		return 0;
	ret = -errno;
	frrd_ioproc_child_kill(child);
	return ret;
}

static void forget(struct frrd_ioproc_child *child)
{
	if (child->pidfd >= 0)
		close(child->pidfd);
	if (child->sock >= 0)
		close(child->sock);
	child->pid = 0;
	child->pidfd = -1;
	child->sock = -1;
}

void frrd_ioproc_child_reap(struct frrd_ioproc_child *child, char *buf, size_t size)
{
	int status = 0;

	if (waitpid(child->pid, &status, WNOHANG) != child->pid)
		snprintf(buf, size, "it has ended");
	else if (WIFSIGNALED(status))
		snprintf(buf, size, "it was ended by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == NOT_STARTED)
		snprintf(buf, size, "it could not be started");
	else
		snprintf(buf, size, "it has ended with status %d", WEXITSTATUS(status));
	child->pid = 0;
}

/* A child that was killed and has not ended yet: it may hang in the kernel. */
PREDECL_DLIST(dyings);
struct dying {
	struct dyings_item item;
	int pid;
	int pidfd;
	struct event *t_ended;
};
DECLARE_DLIST(dyings, struct dying, item);

static struct dyings_head dyings = INIT_DLIST(dyings);

static void dying_free(struct dying *dying)
{
	EVENT_OFF(dying->t_ended);
	(void)waitpid(dying->pid, NULL, WNOHANG);
	close(dying->pidfd);
	dyings_del(&dyings, dying);
	XFREE(MTYPE_FRRD_IO_DYING, dying);
}

static void dying_ended(struct event *event)
{
	dying_free(EVENT_ARG(event));
}

void frrd_ioproc_child_fini(void)
{
	struct dying *dying;

	while ((dying = dyings_first(&dyings)))
		dying_free(dying);
}

static void reap_later(int pid, int pidfd)
{
	struct dying *dying = XCALLOC(MTYPE_FRRD_IO_DYING, sizeof(*dying));

	dying->pid = pid;
	dying->pidfd = pidfd;
	dyings_add_tail(&dyings, dying);
	event_add_read(frrd_loop, dying_ended, dying, pidfd, &dying->t_ended);
}

void frrd_ioproc_child_kill(struct frrd_ioproc_child *child)
{
	if (child->pid) {
		kill(child->pid, SIGKILL);
		if (waitpid(child->pid, NULL, WNOHANG) == 0 && child->pidfd >= 0) {
			reap_later(child->pid, child->pidfd);
			child->pidfd = -1;
		}
	}
	forget(child);
}
