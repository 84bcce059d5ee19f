// SPDX-License-Identifier: GPL-2.0-or-later
/* Which programs may be run, and how they start; see io_run_program.h. */

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "frrd/io/io_run_program.h"

#define LINKS_MAX 40 /* as the kernel has it */

/* The way to a program while it is walked. */
struct walk {
	int fd;		     /* of the folder or file that was reached */
	char path[PATH_MAX]; /* of the same, without links; "" is the root */
	char rest[PATH_MAX]; /* what is to be walked yet */
	unsigned int links;
	char *reason;
};

__attribute__((format(printf, 2, 3)))
static bool refuse(struct walk *walk, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(walk->reason, FRRD_IPC_TEXT, format, ap);
	va_end(ap);
	return false;
}

/* May nobody but root exchange it? */
static bool is_safe(struct walk *walk, const struct stat *st, const char *name)
{
	if (st->st_uid != 0)
		return refuse(walk, "%.200s does not belong to root", name);
	if (!S_ISLNK(st->st_mode) && st->st_mode & (S_IWGRP | S_IWOTH))
		return refuse(walk, "%.200s can be written by others than root", name);
	return true;
}

static void walk_to(struct walk *walk, int fd)
{
	if (walk->fd >= 0)
		close(walk->fd);
	walk->fd = fd;
}

static bool walk_root(struct walk *walk)
{
	struct stat st;
	int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return refuse(walk, "/: %s", strerror(errno));
	walk_to(walk, fd);
	walk->path[0] = '\0';
	if (fstat(fd, &st) < 0)
		return refuse(walk, "/: %s", strerror(errno));
	return is_safe(walk, &st, "/");
}

/* Takes the next name off the rest; false: there is none. */
static bool next_name(struct walk *walk, char name[NAME_MAX + 1], bool *ret_too_long)
{
	size_t skip = strspn(walk->rest, "/");
	size_t length = strcspn(walk->rest + skip, "/");

	*ret_too_long = length > NAME_MAX;
	if (!length || *ret_too_long)
		return false;
	memcpy(name, walk->rest + skip, length);
	name[length] = '\0';
	memmove(walk->rest, walk->rest + skip + length, strlen(walk->rest + skip + length) + 1);
	return true;
}

/* Puts the target of the link `fd` in front of the rest. */
static bool walk_link(struct walk *walk, int fd, const char *name)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t length = readlinkat(fd, "", target, sizeof(target) - 1);

	if (length < 0)
		return refuse(walk, "%.200s: %s", name, strerror(errno));
	target[length] = '\0';
	if (++walk->links > LINKS_MAX)
		return refuse(walk, "%.200s: %s", name, strerror(ELOOP));
	if ((size_t)snprintf(rest, sizeof(rest), "%s/%s", target, walk->rest) >= sizeof(rest))
		return refuse(walk, "%.200s: %s", name, strerror(ENAMETOOLONG));
	memcpy(walk->rest, rest, sizeof(rest));
	return target[0] != '/' || walk_root(walk);
}

/* Up again: its parent was walked through before. */
static bool walk_up(struct walk *walk)
{
	int fd = openat(walk->fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char *slash = strrchr(walk->path, '/');

	if (fd < 0)
		return refuse(walk, "%.200s/..: %s", walk->path, strerror(errno));
	walk_to(walk, fd);
	if (slash)
		*slash = '\0';
	return true;
}

/* One step: into the folder, link or file of this name. */
static bool walk_name(struct walk *walk, const char *name, struct stat *ret_st)
{
	char path[PATH_MAX];
	int fd;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", walk->path, name) >= sizeof(path))
		return refuse(walk, "%.200s: %s", name, strerror(ENAMETOOLONG));
	fd = openat(walk->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return refuse(walk, "%.200s: %s", path, strerror(errno));
	if (fstat(fd, ret_st) < 0) {
		close(fd);
		return refuse(walk, "%.200s: %s", path, strerror(errno));
	}
	if (!is_safe(walk, ret_st, path)) {
		close(fd);
		return false;
	}
	if (S_ISLNK(ret_st->st_mode)) {
		bool followed = walk_link(walk, fd, path);

		close(fd);
		return followed;
	}
	walk_to(walk, fd);
	memcpy(walk->path, path, sizeof(path));
	return true;
}

static bool walk_all(struct walk *walk)
{
	char name[NAME_MAX + 1];
	struct stat st = { .st_mode = S_IFDIR };
	bool too_long;

	if (!walk_root(walk))
		return false;
	while (next_name(walk, name, &too_long)) {
		if (S_ISREG(st.st_mode))
			return refuse(walk, "%.200s: %s", walk->path, strerror(ENOTDIR));
		if (strcmp(name, "..") == 0 ? !walk_up(walk)
					    : strcmp(name, ".") != 0 && !walk_name(walk, name, &st))
			return false;
	}
	if (too_long)
		return refuse(walk, "%.100s: %s", walk->rest, strerror(ENAMETOOLONG));
	if (!S_ISREG(st.st_mode))
		return refuse(walk, "%.200s is not a regular file", *walk->path ? walk->path : "/");
	if (!(st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
		return refuse(walk, "%.200s is not executable", walk->path);
	return true;
}

bool io_program_open(const char *path, struct io_program *ret_program, char *reason)
{
	struct walk walk = { .fd = -1, .reason = reason };

	if (path[0] != '/')
		return refuse(&walk, "%.200s is not an absolute path", path);
	if (strlen(path) >= sizeof(walk.rest))
		return refuse(&walk, "%.200s: %s", path, strerror(ENAMETOOLONG));
	memcpy(walk.rest, path, strlen(path) + 1);
	if (!walk_all(&walk)) {
		walk_to(&walk, -1);
		return false;
	}
	ret_program->fd = walk.fd;
	memcpy(ret_program->path, walk.path, sizeof(walk.path));
	return true;
}

/* Sets all three sets at once; `keep` is a mask of capabilities 0 to 31. */
static bool set_capabilities(uint32_t keep)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = keep, .permitted = keep, .inheritable = keep },
	};

	return syscall(SYS_capset, &header, data) == 0;
}

static bool has_net_admin(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};

	return syscall(SYS_capget, &header, data) == 0 && data[0].permitted & 1u << CAP_NET_ADMIN;
}

bool io_program_drop(void)
{
	uint32_t keep = has_net_admin() ? 1u << CAP_NET_ADMIN : 0;

	/* Only with CAP_SETPCAP, which a frrd without root's rights does not have. */
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++) {
		if (cap != CAP_NET_ADMIN)
			prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	}
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 && set_capabilities(keep) &&
	       prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

/*
 * Without rights the inheritable set is empty, too. With no_new_privs an exec gives
 * nothing that was not there before it, not even to root's user id.
 */
static bool set_rights(bool rights)
{
	if (!rights || !has_net_admin())
		return set_capabilities(0);
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN, 0, 0) == 0;
}

static void set_signals(void)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool set_descriptors(int out)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	return null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
	       dup2(out, STDERR_FILENO) >= 0 &&
	       syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC) == 0;
}

static void split(char *line, char *argv[IO_PROGRAM_ARGS])
{
	char *save, *word = strtok_r(line, " \t", &save);
	size_t n = 0;

	for (; word && n < IO_PROGRAM_ARGS - 1; word = strtok_r(NULL, " \t", &save))
		argv[n++] = word;
	argv[n] = NULL;
}

void io_program_exec(const struct io_program *program, char *line, char **env, int out, bool rights)
{
	const struct rlimit no_core = {};
	char *argv[IO_PROGRAM_ARGS];

	split(line, argv);
	set_signals();
	setsid();
	umask(022);
	setrlimit(RLIMIT_CORE, &no_core);
	if (chdir("/") < 0 || !set_descriptors(out) || !set_rights(rights))
		return;
	execveat(program->fd, "", argv, env, AT_EMPTY_PATH);
	/* So the kernel refuses a script whose descriptor ends with the exec. */
	if (errno == ENOENT)
		execve(program->path, argv, env);
}
