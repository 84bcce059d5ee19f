/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attachments: interfaces that are up, and addresses that they carry, only while
 * this site owns a group.
 *
 * What is wanted is compared with what the kernel has, again after every change that
 * the kernel reports, until both are the same: an interface that appears later, is
 * renamed, or loses an address is a change like any other.  An address that frrd did
 * not add is never removed.
 */
#ifndef FRRD_ATTACH_H
#define FRRD_ATTACH_H

#include <json-c/json.h>

#include "if.h"
#include "prefix.h"
#include "typesafe.h"

#include "frrd/core/steps.h"

struct event;
struct frrd_grp;
struct frrd_nexthop;
struct vty;

#define FRRD_DEFAULT_ADVERTISEMENTS	     3
#define FRRD_DEFAULT_ADVERTISEMENT_INTERVAL_MS 200

/* --- configuration: of a member, by interface --- */

PREDECL_RBTREE_UNIQ(frrd_attach_confs);

struct frrd_attach_conf {
	struct frrd_attach_confs_item item;
	char ifname[INTERFACE_NAMSIZ];
	bool carrier;
	bool duplicate_check;
	uint8_t advertisements;
	uint32_t advertisement_interval_ms;
	struct prefix *addresses; /* with the host's bits */
	size_t address_count;
};

static inline int frrd_attach_conf_cmp(const struct frrd_attach_conf *a,
				       const struct frrd_attach_conf *b)
{
	return strcmp(a->ifname, b->ifname);
}
DECLARE_RBTREE_UNIQ(frrd_attach_confs, struct frrd_attach_conf, item, frrd_attach_conf_cmp);

/* The attachments of a member; frrd_attach_conf_find(): NULL when there is none. */
extern struct frrd_attach_conf *frrd_attach_conf_find(struct frrd_attach_confs_head *confs,
						      const char *ifname);
extern struct frrd_attach_conf *frrd_attach_conf_add(struct frrd_attach_confs_head *confs,
						     const char *ifname);
extern void frrd_attach_conf_del(struct frrd_attach_confs_head *confs,
				 struct frrd_attach_conf *conf);
extern void frrd_attach_conf_clear(struct frrd_attach_confs_head *confs);
extern void frrd_attach_conf_address(struct frrd_attach_conf *conf, const struct prefix *p,
				     bool add);

/* --- run time --- */

enum frrd_attach_want {
	FRRD_ATTACH_LEAVE, /* not decided: after a start, what is there stays there */
	FRRD_ATTACH_OFF,
	FRRD_ATTACH_ON,
};

PREDECL_DLIST(frrd_attachments);

/* Of a group; all zero but for the list, see frrd_attach_set_init(). */
struct frrd_attach_set {
	struct frrd_attachments_head list;
	enum frrd_attach_want want;
	char failure[192]; /* what was in the way last, since it was attached last; or "" */
	unsigned int failures; /* takeovers in a row that ended with it */
	int64_t barred_until_ms; /* 0: there was none lately */
};

extern void frrd_attach_init(void);
extern void frrd_attach_set_init(struct frrd_attach_set *set);

/* The end of the process: detach what is attached, which takes a second at most. */
extern void frrd_attach_stop(void);
extern void frrd_attach_fini(void);

/* The configuration of the group has changed, or was read for the first time. */
extern void frrd_attach_apply(struct frrd_grp *grp);

/* The whole configuration was read: what groups that are gone have left is removed soon. */
extern void frrd_attach_configured(void);

/*
 * Attach or detach; returns at once.  frrd_engine_routes_changed() is called when the
 * status has changed.
 */
extern void frrd_attach_want(struct frrd_grp *grp, enum frrd_attach_want want);
extern enum frrd_attach_status frrd_attach_status(const struct frrd_grp *grp);

/* How many interfaces. */
extern size_t frrd_attach_count(const struct frrd_grp *grp);

/* Nothing of the group is in the kernel, or being put there or taken away. */
extern bool frrd_attach_gone(const struct frrd_grp *grp);

/*
 * Could the group be attached here now?  Every interface exists, an owner has not failed
 * to attach it, and no takeover has failed at that a short while ago: 10 s, doubled with
 * each takeover in a row that fails, 10 minutes at most, ended by a new configuration of
 * the group or a new interface.  True when there is no attachment.  *ret_again_ms: when
 * time alone changes the answer (frrd_now_ms()), FRRD_NEVER if it does not.
 */
extern bool frrd_attach_possible(const struct frrd_grp *grp, int64_t *ret_again_ms);

/*
 * Is a next-hop of this family, which does not work now, one that works as soon as
 * the group is attached?
 */
extern bool frrd_attach_will_serve(const struct frrd_grp *grp, const struct frrd_nexthop *nexthop,
				   int family);

/* Free everything of the group without a word to the kernel. */
extern void frrd_attach_drop(struct frrd_grp *grp);

/* --- shows --- */

struct frrd_attachment;

extern void frrd_attach_show(struct vty *vty, const struct frrd_grp *grp);
extern struct json_object *frrd_attach_json(const struct frrd_grp *grp);

/* What keeps this site from being healthy for the group; an empty text: nothing of this. */
extern void frrd_attach_describe(const struct frrd_grp *grp, char *buf, size_t size);

/* In the order of names: the one after `previous` (NULL: the first), or NULL. */
extern const struct frrd_attachment *frrd_attach_next(const struct frrd_grp *grp,
						      const struct frrd_attachment *previous);
extern const struct frrd_attachment *frrd_attach_find(const struct frrd_grp *grp,
						      const char *ifname);
extern const char *frrd_attachment_ifname(const struct frrd_attachment *att);

/* "attached", "detached", "attaching", "detaching", "checking", "failed", "unknown". */
extern const char *frrd_attachment_state(const struct frrd_attachment *att);

/* Why it is not as it should be, or "". */
extern const char *frrd_attachment_problem(const struct frrd_attachment *att);

/* A configured address that is there and that frrd did not add, or NULL. */
extern const struct prefix *frrd_attachment_foreign(const struct frrd_attachment *att);

/*
 * The addresses that frrd has put there and that are there: the one after `previous`
 * (NULL: the first), or NULL.
 */
extern const struct prefix *frrd_attachment_next_address(const struct frrd_attachment *att,
							 const struct prefix *previous);

/* --- state file, see frrd_attach_kept.c and frrd_attach_record.c --- */

/* On an interface: what frrd has done to it. */
struct frrd_kept_address {
	struct prefix p;
	bool marked; /* the kernel knows it as well */
};

struct frrd_kept_attach {
	char group[33];
	char ifname[INTERFACE_NAMSIZ];
	int32_t ifindex;
	bool raised; /* was set up by frrd */
	size_t address_count;
	struct frrd_kept_address *addresses;
};

struct frrd_kept_attaches {
	char boot_id[40]; /* the boot in which that was done */
	size_t count;
	struct frrd_kept_attach *list;
};

/* What is attached now, and what is left of an earlier process. Free with _free(). */
extern void frrd_attach_keep(struct frrd_kept_attaches *ret_kept);

/* What the file says; taken over, and *kept is empty afterwards. */
extern void frrd_attach_restore(struct frrd_kept_attaches *kept);

extern void frrd_kept_attaches_free(struct frrd_kept_attaches *kept);
extern struct frrd_kept_attach *frrd_kept_attach_add(struct frrd_kept_attaches *kept,
						     const char *group, const char *ifname,
						     ifindex_t ifindex, bool raised);
extern void frrd_kept_attach_address(struct frrd_kept_attach *entry, const struct prefix *p,
				     bool marked);
extern void frrd_kept_attach_del(struct frrd_kept_attaches *kept, size_t number);

/* As JSON; reading returns false when it is not what it has to be. */
extern struct json_object *frrd_kept_attaches_json(const struct frrd_kept_attaches *kept);
extern bool frrd_kept_attaches_read(struct json_object *json,
				    struct frrd_kept_attaches *ret_kept);

#endif
