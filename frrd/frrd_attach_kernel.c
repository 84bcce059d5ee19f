// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses and interfaces in the kernel; see frrd_attach_kernel.h. */

#include <zebra.h>

#include <linux/capability.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/syscall.h>

#include "frrd/frrd_attach_kernel.h"

#define ANSWER_S 2
#define BUFFER_SIZE 32768
#define REQUEST_SIZE 512
#define ATTR_PROTO 11 /* IFA_PROTO, which older headers do not have */

/* A request, and room for its attributes. */
struct request {
	struct nlmsghdr nlh;
	union {
		struct ifinfomsg ifi;
		struct ifaddrmsg ifa;
	} u;
	char attributes[REQUEST_SIZE];
};

struct link {
	ifindex_t ifindex;
	unsigned int flags;
	unsigned short type;
	uint8_t mac[6];
};

/*
 * The thread keeps CAP_NET_ADMIN, which frrd has in reserve.  Capabilities belong to a
 * thread: the event loop raises them for moments of its own.
 */
static void take_capability(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	if (syscall(SYS_capget, &header, data) < 0)
		return;
	data[0].effective |= data[0].permitted & (1u << CAP_NET_ADMIN);
	/* Without it the kernel refuses, and that is what is reported. */
	(void)!syscall(SYS_capset, &header, data);
}

static struct frrd_worker kernel = {
	.what = "for interfaces and addresses",
	.begin = take_capability,
};

/* --- netlink --- */

static int open_netlink(int *ret_fd)
{
	const struct timeval answer = { .tv_sec = ANSWER_S };
	const int on = 1;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &answer, sizeof(answer));
	/* A dump of one interface; older kernels give all, which are filtered here. */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	*ret_fd = fd;
	return 0;
}

static void request_init(struct request *r, uint16_t type, uint16_t flags, size_t size)
{
	memset(r, 0, sizeof(*r));
	r->nlh.nlmsg_len = NLMSG_LENGTH(size);
	r->nlh.nlmsg_type = type;
	r->nlh.nlmsg_flags = NLM_F_REQUEST | flags;
	r->nlh.nlmsg_seq = 1;
}

static void put(struct request *r, uint16_t type, const void *data, size_t length)
{
	struct rtattr *rta = (struct rtattr *)((char *)r + NLMSG_ALIGN(r->nlh.nlmsg_len));

	assert(NLMSG_ALIGN(r->nlh.nlmsg_len) + RTA_SPACE(length) <= sizeof(*r));
	rta->rta_type = type;
	rta->rta_len = RTA_LENGTH(length);
	memcpy(RTA_DATA(rta), data, length);
	r->nlh.nlmsg_len = NLMSG_ALIGN(r->nlh.nlmsg_len) + RTA_SPACE(length);
}

/*
 * Send a request and read its answer to the end; `message` (may be NULL) gets every
 * message of it.  Returns 0 or an errno.
 */
static int talk(int fd, struct request *r, void (*message)(const struct nlmsghdr *, void *),
		void *arg)
{
	static _Thread_local char buffer[BUFFER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	bool dump = r->nlh.nlmsg_flags & NLM_F_DUMP;
	const struct nlmsghdr *nlh;
	unsigned int left;
	ssize_t length;

	if (send(fd, r, r->nlh.nlmsg_len, 0) < 0)
		return errno;
	while (true) {
		length = recv(fd, buffer, sizeof(buffer), 0);
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return errno == EAGAIN ? ETIMEDOUT : errno;
		left = length;
		for (nlh = (struct nlmsghdr *)buffer; NLMSG_OK(nlh, left);
		     nlh = NLMSG_NEXT(nlh, left)) {
			if (nlh->nlmsg_type == NLMSG_DONE)
				return 0;
			if (nlh->nlmsg_type == NLMSG_ERROR)
				return -((struct nlmsgerr *)NLMSG_DATA(nlh))->error;
			if (message)
				message(nlh, arg);
			if (!dump && message)
				return 0; /* the one that was asked for */
		}
	}
}

static void parse(struct rtattr *rta, size_t left, const struct rtattr *ret_attrs[],
		  unsigned int max)
{
	memset(ret_attrs, 0, (max + 1) * sizeof(ret_attrs[0]));
	for (; RTA_OK(rta, left); rta = RTA_NEXT(rta, left))
		if (rta->rta_type <= max)
			ret_attrs[rta->rta_type] = rta;
}

/* --- interfaces --- */

static void read_link(const struct nlmsghdr *nlh, void *arg)
{
	const struct rtattr *attrs[IFLA_ADDRESS + 1];
	struct ifinfomsg *ifi = NLMSG_DATA(nlh);
	struct link *link = arg;

	if (nlh->nlmsg_type != RTM_NEWLINK)
		return;
	parse(IFLA_RTA(ifi), IFLA_PAYLOAD(nlh), attrs, IFLA_ADDRESS);
	link->ifindex = ifi->ifi_index;
	link->flags = ifi->ifi_flags;
	link->type = ifi->ifi_type;
	if (attrs[IFLA_ADDRESS] && RTA_PAYLOAD(attrs[IFLA_ADDRESS]) == sizeof(link->mac))
		memcpy(link->mac, RTA_DATA(attrs[IFLA_ADDRESS]), sizeof(link->mac));
}

static int get_link(int fd, const struct frrd_kernel_job *job, struct link *ret_link)
{
	struct request r;

	memset(ret_link, 0, sizeof(*ret_link));
	request_init(&r, RTM_GETLINK, 0, sizeof(r.u.ifi));
	if (job->ifname[0])
		put(&r, IFLA_IFNAME, job->ifname, strlen(job->ifname) + 1);
	else
		r.u.ifi.ifi_index = job->ifindex;
	return talk(fd, &r, read_link, ret_link);
}

static int set_link(int fd, ifindex_t ifindex, bool up)
{
	struct request r;

	request_init(&r, RTM_NEWLINK, NLM_F_ACK, sizeof(r.u.ifi));
	r.u.ifi.ifi_index = ifindex;
	r.u.ifi.ifi_flags = up ? IFF_UP : 0;
	r.u.ifi.ifi_change = IFF_UP;
	return talk(fd, &r, NULL, NULL);
}

/* --- addresses --- */

static size_t address_length(int family)
{
	return family == AF_INET ? IPV4_MAX_BYTELEN : IPV6_MAX_BYTELEN;
}

static int change_address(int fd, ifindex_t ifindex, const struct frrd_kernel_address *address,
			  bool add)
{
	const struct prefix *p = &address->p;
	const uint8_t mark = FRRD_ADDRESS_MARK;
	uint32_t flags = 0;
	struct request r;

	request_init(&r, add ? RTM_NEWADDR : RTM_DELADDR,
		     NLM_F_ACK | (add ? NLM_F_CREATE | NLM_F_EXCL : 0), sizeof(r.u.ifa));
	r.u.ifa.ifa_family = p->family;
	r.u.ifa.ifa_prefixlen = add ? p->prefixlen : address->length;
	r.u.ifa.ifa_index = ifindex;
	if (p->family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&p->u.prefix6))
		r.u.ifa.ifa_scope = RT_SCOPE_LINK;
	put(&r, IFA_LOCAL, &p->u, address_length(p->family));
	put(&r, IFA_ADDRESS, &p->u, address_length(p->family));
	if (add) {
		if (p->family == AF_INET6 && address->what != FRRD_KERNEL_ADD_CHECKED)
			flags = IFA_F_NODAD;
		put(&r, IFA_FLAGS, &flags, sizeof(flags));
		put(&r, ATTR_PROTO, &mark, sizeof(mark));
	}
	return talk(fd, &r, NULL, NULL);
}

/* Is the kernel's message about this address? */
static bool is_about(const struct frrd_kernel_address *address, const struct ifaddrmsg *ifa,
		     const struct rtattr *rta)
{
	const struct prefix *p = &address->p;

	if (!rta || p->family != ifa->ifa_family ||
	    RTA_PAYLOAD(rta) != address_length(p->family) ||
	    memcmp(&p->u, RTA_DATA(rta), address_length(p->family)))
		return false;
	/* IPv6 has an address once on an interface, whatever its length. */
	return p->family == AF_INET6 || p->prefixlen == ifa->ifa_prefixlen;
}

static void read_address(const struct nlmsghdr *nlh, void *arg)
{
	struct frrd_kernel_job *job = arg;
	const struct rtattr *attrs[ATTR_PROTO + 1];
	struct ifaddrmsg *ifa = NLMSG_DATA(nlh);
	uint32_t flags = ifa->ifa_flags;
	uint8_t mark = 0;

	if (nlh->nlmsg_type != RTM_NEWADDR || (ifindex_t)ifa->ifa_index != job->ifindex)
		return;
	parse(IFA_RTA(ifa), IFA_PAYLOAD(nlh), attrs, ATTR_PROTO);
	if (attrs[IFA_FLAGS])
		flags = *(const uint32_t *)RTA_DATA(attrs[IFA_FLAGS]);
	if (attrs[ATTR_PROTO])
		mark = *(const uint8_t *)RTA_DATA(attrs[ATTR_PROTO]);
	for (size_t i = 0; i < job->count; i++) {
		struct frrd_kernel_address *address = &job->addresses[i];

		if (!is_about(address, ifa,
			      attrs[IFA_LOCAL] ? attrs[IFA_LOCAL] : attrs[IFA_ADDRESS]))
			continue;
		address->present = true;
		address->length = ifa->ifa_prefixlen;
		address->marked = mark == FRRD_ADDRESS_MARK;
		address->ours = address->marked || (address->known && !mark);
		address->duplicate = flags & IFA_F_DADFAILED;
		address->tentative = (flags & IFA_F_TENTATIVE) && !(flags & IFA_F_OPTIMISTIC) &&
				     !address->duplicate;
	}
}

static int look(int fd, struct frrd_kernel_job *job)
{
	const int families[] = { AF_INET, AF_INET6 };
	struct request r;
	int error;

	for (size_t i = 0; i < job->count; i++)
		job->addresses[i].present = job->addresses[i].ours = job->addresses[i].marked =
			job->addresses[i].tentative = job->addresses[i].duplicate = false;
	for (size_t i = 0; i < array_size(families); i++) {
		request_init(&r, RTM_GETADDR, NLM_F_DUMP, sizeof(r.u.ifa));
		r.u.ifa.ifa_family = families[i];
		r.u.ifa.ifa_index = job->ifindex;
		error = talk(fd, &r, read_address, job);
		if (error && error != EAFNOSUPPORT)
			return error;
	}
	return 0;
}

static void change(int fd, struct frrd_kernel_job *job, struct frrd_kernel_address *address)
{
	bool add = address->what == FRRD_KERNEL_ADD || address->what == FRRD_KERNEL_ADD_CHECKED;

	if (address->what == FRRD_KERNEL_LOOK || (add && address->present) ||
	    (!add && !address->ours))
		return;
	address->error = change_address(fd, job->ifindex, address, add);
	/* Somebody was faster, and that is as good. */
	if (address->error == (add ? EEXIST : EADDRNOTAVAIL))
		address->error = 0;
	else if (!address->error && add)
		address->known = true;
	job->changed = true;
}

/* --- a job --- */

static int set_up_or_down(int fd, struct frrd_kernel_job *job, bool up)
{
	if (!!(job->flags & IFF_UP) == up)
		return 0;
	job->changed = true;
	return set_link(fd, job->ifindex, up);
}

static int read_facts(int fd, struct frrd_kernel_job *job)
{
	struct link link;
	int error = get_link(fd, job, &link);

	job->ifindex = link.ifindex;
	if (error)
		return error == ENODEV ? 0 : error;
	job->flags = link.flags;
	job->ethernet = link.type == ARPHRD_ETHER && !(link.flags & IFF_NOARP);
	memcpy(job->mac, link.mac, sizeof(job->mac));
	return look(fd, job);
}

static int work_on(int fd, struct frrd_kernel_job *job)
{
	int error = read_facts(fd, job);

	if (error || !job->ifindex)
		return error;
	if (job->link == FRRD_KERNEL_UP)
		job->link_error = set_up_or_down(fd, job, true);
	for (size_t i = 0; i < job->count; i++)
		change(fd, job, &job->addresses[i]);
	if (job->link == FRRD_KERNEL_DOWN)
		job->link_error = set_up_or_down(fd, job, false);
	return job->changed ? read_facts(fd, job) : 0;
}

static int work(struct frrd_worker_job *worker_job)
{
	struct frrd_kernel_job *job = (struct frrd_kernel_job *)worker_job;
	int error, fd = -1;

	error = open_netlink(&fd);
	if (error)
		return error;
	error = work_on(fd, job);
	close(fd);
	return error;
}

void frrd_kernel_init(void)
{
	frrd_worker_init(&kernel);
}

void frrd_kernel_submit(struct frrd_kernel_job *job)
{
	job->job.work = work;
	frrd_worker_submit(&kernel, &job->job);
}

bool frrd_kernel_flush(uint32_t timeout_ms)
{
	return frrd_worker_flush(&kernel, timeout_ms);
}

void frrd_kernel_fini(void)
{
	frrd_worker_fini(&kernel);
}
