/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses and interfaces in the kernel: one job looks, changes and looks again.
 *
 * The kernel carries a request out while it is sent, and holds a lock of its own
 * meanwhile that others may have for long; so this is done by a thread of its own
 * (frrd_worker.h), which has CAP_NET_ADMIN while it lives.
 *
 * An address of ours carries a mark (IFA_PROTO, Linux 5.18 and later), so that it is
 * known after a crash, too; with older kernels the state file alone knows it.
 */
#ifndef FRRD_ATTACH_KERNEL_H
#define FRRD_ATTACH_KERNEL_H

#include "if.h"
#include "prefix.h"

#include "frrd/frrd_worker.h"

#define FRRD_ADDRESS_MARK 142

enum frrd_kernel_do {
	FRRD_KERNEL_LOOK,
	FRRD_KERNEL_ADD,	 /* at once, unless it is there */
	FRRD_KERNEL_ADD_CHECKED, /* the same; IPv6: the kernel looks for duplicates */
	FRRD_KERNEL_REMOVE,	 /* if it is ours */
};

enum frrd_kernel_link {
	FRRD_KERNEL_KEEP,
	FRRD_KERNEL_UP,	  /* before the addresses */
	FRRD_KERNEL_DOWN, /* after them */
};

struct frrd_kernel_address {
	/* in */
	struct prefix p; /* with the host's bits */
	enum frrd_kernel_do what;
	bool known; /* ours by the state file, which has no mark for it */
	/* out */
	bool present;
	uint8_t length; /* of its prefix; IPv6 may have another one than that in `p` */
	bool ours;
	bool marked;
	bool tentative; /* the kernel is still looking for duplicates */
	bool duplicate; /* it found one */
	int error;	/* of what was to be done, 0 or an errno */
};

struct frrd_kernel_job {
	struct frrd_worker_job job; /* first */
	void *arg;		    /* the caller's */
	/* in */
	char ifname[INTERFACE_NAMSIZ]; /* empty: the interface is named by its index */
	enum frrd_kernel_link link;
	/* in when there is no name; out: 0 when there is no such interface */
	ifindex_t ifindex;
	/* out */
	bool changed;	     /* something was added, removed or set */
	unsigned int flags;  /* IFF_* */
	bool ethernet;
	uint8_t mac[6];
	int link_error;
	size_t count;
	struct frrd_kernel_address addresses[];
};

/* Once at the start; the thread begins with the first job. */
extern void frrd_kernel_init(void);

/*
 * Hand a job over; its `done` is called from the event loop.  job->job.error is an
 * errno when the kernel could not even be asked.
 */
extern void frrd_kernel_submit(struct frrd_kernel_job *job);

/* The same as frrd_worker_flush() and _fini(). */
extern bool frrd_kernel_flush(uint32_t timeout_ms);
extern void frrd_kernel_fini(void);

/*
 * Follow interfaces and addresses from now on.  `changed` is called from the event
 * loop with an index and, for interfaces, the name; with 0 and NULL when something
 * was missed.  Returns 0 or an errno.
 */
extern int frrd_kernel_monitor(void (*changed)(ifindex_t ifindex, const char *ifname));
extern void frrd_kernel_monitor_stop(void);

#endif
