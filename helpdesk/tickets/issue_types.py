"""The 21 issue types a ticket can have, their category, and how customers and agents call them."""

from enum import StrEnum


class Category(StrEnum):
    """The three doors of the store home: on its way, after it came, and what the policy says."""

    SHIPPING = "shipping"
    POST_PURCHASE = "post_purchase"
    POLICY = "policy"


class IssueType(StrEnum):
    """What a ticket is about, finer than its category."""

    NOT_ARRIVED = "not_arrived"
    DELAYED = "delayed"
    LOST = "lost"
    TRACKING = "tracking"
    ADDRESS_CHANGE = "address_change"
    DELIVERY_QUESTION = "delivery_question"

    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    WRONG_ITEM = "wrong_item"
    MISSING_ITEM = "missing_item"
    ADVERSE_REACTION = "adverse_reaction"
    QUALITY = "quality"
    PRODUCT_QUESTION = "product_question"

    RETURN = "return"
    EXCHANGE = "exchange"
    REFUND_STATUS = "refund_status"
    CANCEL_ORDER = "cancel_order"
    MODIFY_ORDER = "modify_order"
    CANCEL_SUBSCRIPTION = "cancel_subscription"
    POLICY_QUESTION = "policy_question"
    POLICY_EXCEPTION = "policy_exception"


CATEGORY_NAMES: dict[Category, str] = {
    Category.SHIPPING: "Shipping and timing",
    Category.POST_PURCHASE: "After arrival",
    Category.POLICY: "Returns and policy",
}

TYPES_OF: dict[Category, tuple[IssueType, ...]] = {
    Category.SHIPPING: (
        IssueType.NOT_ARRIVED,
        IssueType.DELAYED,
        IssueType.LOST,
        IssueType.TRACKING,
        IssueType.ADDRESS_CHANGE,
        IssueType.DELIVERY_QUESTION,
    ),
    Category.POST_PURCHASE: (
        IssueType.DAMAGED,
        IssueType.DEFECTIVE,
        IssueType.WRONG_ITEM,
        IssueType.MISSING_ITEM,
        IssueType.ADVERSE_REACTION,
        IssueType.QUALITY,
        IssueType.PRODUCT_QUESTION,
    ),
    Category.POLICY: (
        IssueType.RETURN,
        IssueType.EXCHANGE,
        IssueType.REFUND_STATUS,
        IssueType.CANCEL_ORDER,
        IssueType.MODIFY_ORDER,
        IssueType.CANCEL_SUBSCRIPTION,
        IssueType.POLICY_QUESTION,
        IssueType.POLICY_EXCEPTION,
    ),
}

CATEGORY_OF: dict[IssueType, Category] = {kind: category for category, kinds in TYPES_OF.items() for kind in kinds}

NAMES: dict[IssueType, str] = {
    IssueType.NOT_ARRIVED: "Not arrived",
    IssueType.DELAYED: "Delayed",
    IssueType.LOST: "Lost",
    IssueType.TRACKING: "Tracking",
    IssueType.ADDRESS_CHANGE: "Address change",
    IssueType.DELIVERY_QUESTION: "Delivery question",
    IssueType.DAMAGED: "Damaged",
    IssueType.DEFECTIVE: "Defective",
    IssueType.WRONG_ITEM: "Wrong item",
    IssueType.MISSING_ITEM: "Missing item",
    IssueType.ADVERSE_REACTION: "Adverse reaction",
    IssueType.QUALITY: "Quality",
    IssueType.PRODUCT_QUESTION: "Product question",
    IssueType.RETURN: "Return",
    IssueType.EXCHANGE: "Exchange",
    IssueType.REFUND_STATUS: "Refund status",
    IssueType.CANCEL_ORDER: "Cancel order",
    IssueType.MODIFY_ORDER: "Change order",
    IssueType.CANCEL_SUBSCRIPTION: "Cancel subscription",
    IssueType.POLICY_QUESTION: "Policy question",
    IssueType.POLICY_EXCEPTION: "Policy exception",
}

LABELS: dict[IssueType, str] = {
    IssueType.NOT_ARRIVED: "It has not arrived",
    IssueType.DELAYED: "It is late",
    IssueType.LOST: "It was lost or stolen",
    IssueType.TRACKING: "Where is my parcel?",
    IssueType.ADDRESS_CHANGE: "Change the delivery address",
    IssueType.DELIVERY_QUESTION: "A question about delivery",
    IssueType.DAMAGED: "It arrived damaged",
    IssueType.DEFECTIVE: "It does not work",
    IssueType.WRONG_ITEM: "I got the wrong item",
    IssueType.MISSING_ITEM: "Something is missing",
    IssueType.ADVERSE_REACTION: "My pet got ill or reacted badly",
    IssueType.QUALITY: "The quality is not right",
    IssueType.PRODUCT_QUESTION: "A question about a product",
    IssueType.RETURN: "I want to return something",
    IssueType.EXCHANGE: "I want to exchange something",
    IssueType.REFUND_STATUS: "Where is my refund?",
    IssueType.CANCEL_ORDER: "Cancel my order",
    IssueType.MODIFY_ORDER: "Change my order",
    IssueType.CANCEL_SUBSCRIPTION: "Stop my subscription",
    IssueType.POLICY_QUESTION: "A question about your policy",
    IssueType.POLICY_EXCEPTION: "Ask for an exception",
}

HINTS: dict[IssueType, str] = {
    IssueType.NOT_ARRIVED: "Please look with neighbours and at safe places first, then tell us.",
    IssueType.DELAYED: "Tell us the date you were promised; we ask the carrier.",
    IssueType.LOST: "Tell us what the carrier said; we open a search with them.",
    IssueType.TRACKING: "With your order number we can show you how far it is.",
    IssueType.ADDRESS_CHANGE: "Write the full new address. This works until the parcel leaves us.",
    IssueType.DELIVERY_QUESTION: "Ask about times, costs, carriers or where to leave the parcel.",
    IssueType.DAMAGED: "Add photos of the damage and of the packaging, and keep both.",
    IssueType.DEFECTIVE: "Tell us what it does or does not do, and what you have tried.",
    IssueType.WRONG_ITEM: "A photo of what you got, with its label, helps us most.",
    IssueType.MISSING_ITEM: "Tell us which items or parts were not in the parcel.",
    IssueType.ADVERSE_REACTION: "See a vet first. Stop using the product, and keep it and the vet's papers.",
    IssueType.QUALITY: "Tell us what is wrong with it; a photo and the batch number help.",
    IssueType.PRODUCT_QUESTION: "Ask about ingredients, sizes, use or stock.",
    IssueType.RETURN: "Tell us which items, and whether they were opened or used.",
    IssueType.EXCHANGE: "Tell us which size, colour or item you want instead.",
    IssueType.REFUND_STATUS: "Your order or return number lets us find the payment.",
    IssueType.CANCEL_ORDER: "This works until the order is sent; after that we help you return it.",
    IssueType.MODIFY_ORDER: "Tell us what to add, remove or change before it is sent.",
    IssueType.CANCEL_SUBSCRIPTION: "It ends with the next delivery; what is paid for still comes.",
    IssueType.POLICY_QUESTION: "Ask what our policy says about returns, refunds or anything else.",
    IssueType.POLICY_EXCEPTION: "Tell us what happened; a supervisor reads every such request.",
}
