// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sandbox of frrd-io's main part; see io_sandbox.h.
 *
 * It parses what the network sends. Whoever takes it over by that finds a process that
 * has no capability, cannot get one, starts no program, opens no file for writing and
 * traces nobody. A system call that is not on the list fails with EPERM, so that a new
 * libc does not turn probes off as a whole; those that only an attacker would make end
 * the process.
 *
 * A build with AddressSanitizer has no list of system calls: the sanitizer needs too
 * many of its own.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "frrd/io/io_sandbox.h"

/* Descriptors: each run of a probe needs one. */
#define FILES 65536

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_FILTER 0
#else
#define HAVE_FILTER 1
#endif

static const int allowed[] = {
	/* sockets; the loop */
	SCMP_SYS(accept4), SCMP_SYS(bind), SCMP_SYS(connect), SCMP_SYS(epoll_create),
	SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_pwait2), SCMP_SYS(epoll_wait), SCMP_SYS(getpeername),
	SCMP_SYS(getsockname), SCMP_SYS(getsockopt), SCMP_SYS(ioctl), SCMP_SYS(poll),
	SCMP_SYS(ppoll), SCMP_SYS(recvfrom), SCMP_SYS(recvmmsg), SCMP_SYS(recvmsg),
	SCMP_SYS(sendmmsg), SCMP_SYS(sendmsg), SCMP_SYS(sendto), SCMP_SYS(setsockopt),
	SCMP_SYS(shutdown), SCMP_SYS(timerfd_settime),
	/* reading files and folders; those that are open */
	SCMP_SYS(access), SCMP_SYS(close), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
	SCMP_SYS(fcntl), SCMP_SYS(fstat), SCMP_SYS(getdents64), SCMP_SYS(lseek),
	SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(pread64), SCMP_SYS(read),
	SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(readv), SCMP_SYS(stat),
	SCMP_SYS(statx), SCMP_SYS(write), SCMP_SYS(writev),
	/* memory, time, signals of its own, the end */
	SCMP_SYS(brk), SCMP_SYS(clock_getres), SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(futex),
	SCMP_SYS(getegid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getpid),
	SCMP_SYS(getrandom), SCMP_SYS(gettid), SCMP_SYS(gettimeofday), SCMP_SYS(getuid),
	SCMP_SYS(madvise), SCMP_SYS(mremap), SCMP_SYS(munmap), SCMP_SYS(nanosleep),
	SCMP_SYS(restart_syscall), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_yield),
	SCMP_SYS(sysinfo), SCMP_SYS(time), SCMP_SYS(uname),
};

/* Nothing of ours ever makes them. */
static const int deadly[] = {
	SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork),	   SCMP_SYS(vfork),
	SCMP_SYS(ptrace), SCMP_SYS(bpf),      SCMP_SYS(io_uring_setup),
};

/* Those that are allowed with some arguments only. Returns a negative errno, or 0. */
static int add_conditions(scmp_filter_ctx filter)
{
	const uint64_t writing = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;
	int error = 0;

	/* Opening for reading. */
	error = error ?: seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
					  SCMP_A2(SCMP_CMP_MASKED_EQ, writing, O_RDONLY));
	error = error ?: seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
					  SCMP_A1(SCMP_CMP_MASKED_EQ, writing, O_RDONLY));
	/* Memory that is not code. */
	error = error ?: seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
					  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	error = error ?: seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
					  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	/* IPv4 and IPv6. */
	error = error ?: seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
					  SCMP_A0(SCMP_CMP_EQ, AF_INET));
	error = error ?: seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
					  SCMP_A0(SCMP_CMP_EQ, AF_INET6));
	/* abort() */
	error = error ?: seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
					  SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
	return error;
}

static bool load_filter(void)
{
	scmp_filter_ctx filter;
	int error = 0;

	filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!filter) {
		errno = ENOMEM;
		return false;
	}
	/* A call that this architecture does not have is left out by libseccomp. */
	for (size_t i = 0; !error && i < sizeof(allowed) / sizeof(allowed[0]); i++)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; !error && i < sizeof(deadly) / sizeof(deadly[0]); i++)
		error = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
	if (!error)
		error = add_conditions(filter);
	if (!error)
		error = seccomp_load(filter);
	seccomp_release(filter);
	errno = -error;
	return !error;
}

static void set_limits(void)
{
	struct rlimit limit;

	if (!getrlimit(RLIMIT_NOFILE, &limit)) {
		if (limit.rlim_max < FILES) {
			/* Raising the hard limit takes a capability; without it, what there is. */
			const struct rlimit more = { FILES, FILES };

			if (!setrlimit(RLIMIT_NOFILE, &more))
				limit.rlim_max = FILES;
		}
		limit.rlim_cur = limit.rlim_max < FILES ? limit.rlim_max : FILES;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	/* It may hold keys. */
	setrlimit(RLIMIT_CORE, &(struct rlimit){});
}

static bool drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = {};

	/* The bounding set takes a capability to change; nothing can be had from it anyway. */
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return !syscall(SYS_capset, &header, none);
}

bool io_sandbox(const char **ret_what)
{
	set_limits();
	*ret_what = "dropping capabilities";
	if (!drop_capabilities())
		return false;
	*ret_what = "no_new_privs";
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return false;
	*ret_what = "seccomp";
	return !HAVE_FILTER || load_filter();
}
