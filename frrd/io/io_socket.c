// SPDX-License-Identifier: GPL-2.0-or-later
/* Sockets that send from where a probe shall send; see io.h. */

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "frrd/io/io.h"

/* The source address as a socket address; its length, or 0: it is of the other family. */
static socklen_t source(const char *text, int family, struct sockaddr_storage *ret_addr)
{
	struct sockaddr_in *in = (struct sockaddr_in *)ret_addr;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret_addr;

	memset(ret_addr, 0, sizeof(*ret_addr));
	ret_addr->ss_family = family;
	if (family == AF_INET && inet_pton(AF_INET, text, &in->sin_addr) == 1)
		return sizeof(*in);
	if (family == AF_INET6 && inet_pton(AF_INET6, text, &in6->sin6_addr) == 1)
		return sizeof(*in6);
	return 0;
}

/* Binding to a VRF is binding to its device; a source interface is in its VRF anyway. */
static bool bind_device(int fd, const struct frrd_ipc_probe *spec, const char **ret_what)
{
	const char *device = spec->source_interface[0] ? spec->source_interface : spec->vrf;

	*ret_what = spec->source_interface[0] ? "source-interface" : "vrf";
	return !device[0] ||
	       !setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device) + 1);
}

static bool bind_source(int fd, const struct frrd_ipc_probe *spec, int family, const char **ret_what)
{
	struct sockaddr_storage addr;
	const int on = 1;
	socklen_t length;

	*ret_what = "source-address";
	if (!spec->source_address[0])
		return true;
	length = source(spec->source_address, family, &addr);
	if (!length) {
		errno = EAFNOSUPPORT;
		return false;
	}
	/* The port is chosen by connect(), which may share one between targets. */
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	return !bind(fd, (struct sockaddr *)&addr, length);
}

int io_socket(const struct frrd_ipc_probe *spec, int family, const char **ret_what)
{
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int saved;

	*ret_what = "socket";
	if (fd >= 0 && bind_device(fd, spec, ret_what) && bind_source(fd, spec, family, ret_what))
		return fd;
	saved = errno;
	if (fd >= 0)
		close(fd);
	errno = saved;
	return -1;
}
