/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between frrd_attach.c (wants, configuration, events), frrd_attach_sync.c (towards
 * the kernel), frrd_attach_lan.c (towards the hosts), frrd_attach_record.c (what
 * outlives the process) and frrd_attach_show.c; private to these.
 */
#ifndef FRRD_ATTACH_INTERNAL_H
#define FRRD_ATTACH_INTERNAL_H

#include "frrd/frrd_attach.h"
#include "frrd/frrd_attach_kernel.h"

enum frrd_attach_state {
	FRRD_ATT_UNKNOWN, /* the kernel has not been asked yet */
	FRRD_ATT_DETACHED,
	FRRD_ATT_CHECKING, /* asks whether somebody else has an address */
	FRRD_ATT_ATTACHING,
	FRRD_ATT_ATTACHED,
	FRRD_ATT_FAILED, /* wanted, and not possible now */
	FRRD_ATT_DETACHING,
	FRRD_ATT_STUCK, /* not wanted, and cannot be removed now */
};

struct frrd_att_address {
	struct prefix p;
	bool configured;
	bool known;  /* ours by the state file */
	bool ours;   /* put there by frrd; with `present` only */
	bool marked; /* the kernel knows that, too */
	bool present;
	bool tentative;
	bool duplicate; /* somebody else has it */
	bool checked;	/* nobody has answered */
	int error;	/* of the last try, 0 or an errno */
};

struct frrd_attachment {
	struct frrd_attachments_item item;
	struct frrd_grp *grp;
	char ifname[INTERFACE_NAMSIZ];
	bool configured;
	bool carrier;
	bool duplicate_check;
	uint8_t advertisements;
	uint32_t advertisement_interval_ms;

	enum frrd_attach_state state;
	char problem[160];
	size_t count;
	struct frrd_att_address *addresses;

	bool stale;	   /* the kernel is to be asked again */
	ifindex_t ifindex; /* 0: there is no such interface */
	ifindex_t placed;  /* where addresses of ours are; 0: nowhere */
	unsigned int flags;
	bool ethernet;
	uint8_t mac[6];
	bool raised;
	int link_error;

	struct frrd_kernel_job *job;
	bool abandoned; /* the group is gone: free it with its job */
	int64_t added_ms;  /* when addresses were added last; 0: long ago */
	int64_t set_up_ms; /* the same for setting it up */
	uint32_t retry_ms;
	struct event *t_retry;

	int check_fd; /* -1: no check is going on */
	unsigned int probes;
	struct event *t_check;
	struct event *t_check_read;
	char conflict[80]; /* who answered */

	bool advertised; /* since it was attached and running */
	unsigned int adverts;
	struct event *t_advert;
};

DECLARE_DLIST(frrd_attachments, struct frrd_attachment, item);

/* frrd_attach.c */
extern enum frrd_attach_want frrd_att_wanted(const struct frrd_attachment *att);
/* A failure of before says nothing any more. */
extern void frrd_att_forget_failure(struct frrd_grp *grp);
extern bool frrd_att_shared(const struct frrd_attachment *att); /* another group needs it up */
extern void frrd_att_set_state(struct frrd_attachment *att, enum frrd_attach_state state,
			       const char *problem);
extern struct frrd_attachment *frrd_att_new(struct frrd_grp *grp, const char *ifname);
extern struct frrd_att_address *frrd_att_address(struct frrd_attachment *att,
						 const struct prefix *p);
extern void frrd_att_free(struct frrd_attachment *att);

/* frrd_attach_sync.c: do what is to be done next; may free an attachment that is nobody's. */
extern void frrd_att_evaluate(struct frrd_attachment *att);

/* frrd_attach_lan.c */
extern void frrd_att_check(struct frrd_attachment *att); /* frrd_att_evaluate() follows */
extern void frrd_att_check_stop(struct frrd_attachment *att);
extern void frrd_att_advertise(struct frrd_attachment *att);
extern void frrd_att_advertise_stop(struct frrd_attachment *att);

/* frrd_attach_record.c */
extern void frrd_att_recall(struct frrd_attachment *att); /* what an earlier process did */
extern void frrd_att_recall_all(struct frrd_grp *grp); /* makes attachments of what is left */
extern void frrd_att_record(void); /* something that is kept has changed */
extern void frrd_att_record_fini(void);

#endif
