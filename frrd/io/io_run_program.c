// SPDX-License-Identifier: GPL-2.0-or-later
/* What programs may do, and how they start; see io_run_program.h. */

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "frrd/io/io_run_program.h"

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

void io_program_exec(const struct frrd_program *program, char *line, char **env, int out, bool rights)
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
