"""The service's own numbers, read as Prometheus reads them."""

from tests.contract.server import Server


def number(server: Server, name: str, **labels: str) -> float:
    """Give a number of /metrics, summed over the labels that are not named.

    Args:
        server: that is asked.
        name: without "gridwarp_".
        labels: that it must have.
    """
    wanted = [f'{label}="{value}"' for label, value in labels.items()]
    found = [
        float(line.rpartition(" ")[2])
        for line in server.client.get("/metrics").text.splitlines()
        if line.startswith((f"gridwarp_{name}{{", f"gridwarp_{name} ")) and all(part in line for part in wanted)
    ]
    assert found, f"no {name} {labels}"
    return sum(found)
