// SPDX-License-Identifier: GPL-2.0-or-later
/* Which programs may be run; see ipc_program.h. */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frrd/ipc/ipc_program.h"

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

/* By this process. An old kernel cannot be asked about a descriptor. */
static bool is_executable(const struct walk *walk, const struct stat *st)
{
	if (!(st->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
		return false;
	return faccessat(walk->fd, "", X_OK, AT_EACCESS | AT_EMPTY_PATH) == 0 || errno != EACCES;
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
	if (!is_executable(walk, &st))
		return refuse(walk, "%.200s is not executable", walk->path);
	return true;
}

bool frrd_program_open(const char *path, struct frrd_program *ret_program,
		       char reason[FRRD_IPC_TEXT])
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
