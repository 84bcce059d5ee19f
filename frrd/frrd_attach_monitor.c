// SPDX-License-Identifier: GPL-2.0-or-later
/* What happens to interfaces and addresses in the kernel; see frrd_attach_kernel.h. */

#include <zebra.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "frrd/frrd_attach_kernel.h"
#include "frrd/frrd_process.h"

#define BUFFER_SIZE 32768

static void (*report)(ifindex_t ifindex, const char *ifname);
static int monitor_fd = -1;
static struct event *t_read;

static void read_link(const struct nlmsghdr *nlh)
{
	struct ifinfomsg *ifi = NLMSG_DATA(nlh);
	size_t left = IFLA_PAYLOAD(nlh);
	char name[INTERFACE_NAMSIZ] = "";

	for (struct rtattr *rta = IFLA_RTA(ifi); RTA_OK(rta, left); rta = RTA_NEXT(rta, left))
		if (rta->rta_type == IFLA_IFNAME)
			strlcpy(name, RTA_DATA(rta), MIN(sizeof(name), RTA_PAYLOAD(rta)));
	report(ifi->ifi_index, name);
}

static void read_message(const struct nlmsghdr *nlh)
{
	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		read_link(nlh);
		return;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		report(((struct ifaddrmsg *)NLMSG_DATA(nlh))->ifa_index, NULL);
		return;
	default:
		return;
	}
}

static void readable(struct event *event)
{
	char buffer[BUFFER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	const struct nlmsghdr *nlh;
	ssize_t length;
	unsigned int left;

	event_add_read(frrd_loop, readable, NULL, monitor_fd, &t_read);
	while ((length = recv(monitor_fd, buffer, sizeof(buffer), MSG_DONTWAIT)) > 0) {
		left = length;
		for (nlh = (struct nlmsghdr *)buffer; NLMSG_OK(nlh, left);
		     nlh = NLMSG_NEXT(nlh, left))
			read_message(nlh);
	}
	if (length < 0 && errno == ENOBUFS)
		report(IFINDEX_INTERNAL, NULL);
}

int frrd_kernel_monitor(void (*changed)(ifindex_t ifindex, const char *ifname))
{
	const struct sockaddr_nl groups = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
	};
	int error;

	if (monitor_fd >= 0)
		return 0;
	monitor_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (monitor_fd < 0)
		return errno;
	if (bind(monitor_fd, (const struct sockaddr *)&groups, sizeof(groups)) < 0) {
		error = errno;
		close(monitor_fd);
		monitor_fd = -1;
		return error;
	}
	report = changed;
	event_add_read(frrd_loop, readable, NULL, monitor_fd, &t_read);
	return 0;
}

void frrd_kernel_monitor_stop(void)
{
	EVENT_OFF(t_read);
	if (monitor_fd >= 0)
		close(monitor_fd);
	monitor_fd = -1;
}
