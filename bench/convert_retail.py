"""Turn the retail benchmark's orders.json, users.json and products.json into our JSON Lines (docs/orders.md).

    python bench/convert_retail.py orders.json users.json products.json \\
        --placed-from 2026-01-01 --placed-to 2026-03-01 > orders.jsonl

The data has no dates: orders are spread evenly over the days given, and the same input gives the same output. End at
least a week before today, because deliveries come up to a week after the order and may not lie in the future.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

#: By status: what has happened, and how long after the order.
STORIES = {
    "pending": {"paid_at": timedelta(minutes=3)},
    "processed": {"paid_at": timedelta(minutes=3), "processing_at": timedelta(hours=20)},
    "delivered": {
        "paid_at": timedelta(minutes=3),
        "processing_at": timedelta(hours=20),
        "shipped_at": timedelta(hours=44),
        "delivered_at": timedelta(days=4, hours=6),
    },
    "cancelled": {"paid_at": timedelta(minutes=3), "cancelled_at": timedelta(hours=5)},
}
#: Parcels are not all equally fast; this comes on top, differently for each order.
SLACK = timedelta(days=2)

CLASSES = {
    "clothing": ["T-Shirt", "Running Shoes", "Hiking Boots", "Fleece Jacket", "Sneakers", "Sunglasses"],
    "toy": ["Jigsaw Puzzle", "Skateboard", "Yoga Mat", "Dumbbell Set"],
    "grooming": ["Makeup Kit", "Perfume", "Electric Toothbrush"],
    "electronics": [
        *("Laptop", "Smartphone", "Bluetooth Speaker", "Gaming Mouse", "Action Camera", "Tablet", "E-Reader"),
        *("Portable Charger", "Indoor Security Camera", "Mechanical Keyboard", "Wireless Earbuds", "Smart Thermostat"),
        *("Digital Camera", "Smart Watch", "Air Purifier", "Headphones", "Vacuum Cleaner"),
    ],
    "home": [
        *("Coffee Maker", "Water Bottle", "Desk Lamp", "Garden Hose", "Electric Kettle", "Wall Clock", "Pet Bed"),
        *("Espresso Machine", "LED Light Bulb", "Bookshelf", "Office Chair", "Tea Kettle", "Patio Umbrella", "Grill"),
    ],
}
LARGE = {"Bookshelf", "Office Chair", "Bicycle", "Patio Umbrella", "Grill"}
CLASS_OF = {name: product_class for product_class, names in CLASSES.items() for name in names}


def main() -> None:
    """Convert the files named on the command line."""
    options = _options()
    orders, users, products = (_read(path) for path in (options.orders, options.users, options.products))
    names = {product["product_id"]: product["name"] for product in products.values()}
    for placed_at, order in _spread(list(orders.values()), options.placed_from, options.placed_to):
        converted = _converted(order, users[order["user_id"]], names, placed_at)
        sys.stdout.write(json.dumps(converted, ensure_ascii=False) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("orders", "users", "products"):
        parser.add_argument(name, type=Path)
    for name in ("--placed-from", "--placed-to"):
        parser.add_argument(name, type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    return parser.parse_args()


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _spread(orders: list[Any], first: date, last: date) -> Iterator[tuple[datetime, Any]]:
    start = datetime.combine(first, time(), UTC)
    step = (datetime.combine(last, time(), UTC) - start) / max(1, len(orders))
    for index, order in enumerate(orders):
        yield (start + index * step).replace(microsecond=0), order


def _converted(order: Any, user: Any, names: dict[str, str], placed_at: datetime) -> dict[str, Any]:
    payment = order["payment_history"][0]
    return {
        "number": order["order_id"],
        "email": user["email"],
        "name": f"{user['name']['first_name']} {user['name']['last_name']}",
        "placed_at": placed_at.isoformat(),
        **_story(order, placed_at),
        "currency": "USD",
        "total": f"{payment['amount']:.2f}",
        "payment_method": user["payment_methods"][payment["payment_method_id"]]["source"].replace("_", " "),
        "ship_to": ", ".join(str(part) for part in _address(order["address"]) if part),
        "lines": [_line(item, names) for item in order["items"]],
        "parcels": [{"tracking_number": number} for sent in order["fulfillments"] for number in sent["tracking_id"]],
    }


def _story(order: Any, placed_at: datetime) -> dict[str, str]:
    # Python's own hash differs from run to run.
    slack = SLACK * (crc32(order["order_id"].encode()) % 1000) / 1000
    story = STORIES[order["status"]].items()
    moments = {name: placed_at + after + (slack if name == "delivered_at" else timedelta()) for name, after in story}
    return {name: moment.replace(microsecond=0).isoformat() for name, moment in moments.items()}


def _address(address: Any) -> list[str]:
    return [address[name] for name in ("address1", "address2", "city", "state", "zip", "country")]


def _line(item: Any, names: dict[str, str]) -> dict[str, Any]:
    name = names.get(item["product_id"], item["name"])
    options = ", ".join(f"{option} {value}" for option, value in item["options"].items())
    return {
        "sku": item["item_id"],
        "title": f"{name} ({options})" if options else name,
        "quantity": 1,
        "unit_price": f"{item['price']:.2f}",
        "product_class": CLASS_OF.get(name, "other"),
        "flags": ["large"] if name in LARGE else [],
    }


if __name__ == "__main__":
    main()
