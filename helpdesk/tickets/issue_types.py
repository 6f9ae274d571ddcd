"""The 21 issue types a ticket can have, their category, and how customers and agents call them."""

from enum import StrEnum

from helpdesk.core.language import N_, Words


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


CATEGORY_NAMES: Words[Category] = Words(
    {
        Category.SHIPPING: N_("Shipping and timing"),
        Category.POST_PURCHASE: N_("After arrival"),
        Category.POLICY: N_("Returns and policy"),
    }
)

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

NAMES: Words[IssueType] = Words(
    {
        IssueType.NOT_ARRIVED: N_("Not arrived"),
        IssueType.DELAYED: N_("Delayed"),
        IssueType.LOST: N_("Lost"),
        IssueType.TRACKING: N_("Tracking"),
        IssueType.ADDRESS_CHANGE: N_("Address change"),
        IssueType.DELIVERY_QUESTION: N_("Delivery question"),
        IssueType.DAMAGED: N_("Damaged"),
        IssueType.DEFECTIVE: N_("Defective"),
        IssueType.WRONG_ITEM: N_("Wrong item"),
        IssueType.MISSING_ITEM: N_("Missing item"),
        IssueType.ADVERSE_REACTION: N_("Adverse reaction"),
        IssueType.QUALITY: N_("Quality"),
        IssueType.PRODUCT_QUESTION: N_("Product question"),
        IssueType.RETURN: N_("Return"),
        IssueType.EXCHANGE: N_("Exchange"),
        IssueType.REFUND_STATUS: N_("Refund status"),
        IssueType.CANCEL_ORDER: N_("Cancel order"),
        IssueType.MODIFY_ORDER: N_("Change order"),
        IssueType.CANCEL_SUBSCRIPTION: N_("Cancel subscription"),
        IssueType.POLICY_QUESTION: N_("Policy question"),
        IssueType.POLICY_EXCEPTION: N_("Policy exception"),
    }
)

LABELS: Words[IssueType] = Words(
    {
        IssueType.NOT_ARRIVED: N_("It has not arrived"),
        IssueType.DELAYED: N_("It is late"),
        IssueType.LOST: N_("It was lost or stolen"),
        IssueType.TRACKING: N_("Where is my parcel?"),
        IssueType.ADDRESS_CHANGE: N_("Change the delivery address"),
        IssueType.DELIVERY_QUESTION: N_("A question about delivery"),
        IssueType.DAMAGED: N_("It arrived damaged"),
        IssueType.DEFECTIVE: N_("It does not work"),
        IssueType.WRONG_ITEM: N_("I got the wrong item"),
        IssueType.MISSING_ITEM: N_("Something is missing"),
        IssueType.ADVERSE_REACTION: N_("My pet got ill or reacted badly"),
        IssueType.QUALITY: N_("The quality is not right"),
        IssueType.PRODUCT_QUESTION: N_("A question about a product"),
        IssueType.RETURN: N_("I want to return something"),
        IssueType.EXCHANGE: N_("I want to exchange something"),
        IssueType.REFUND_STATUS: N_("Where is my refund?"),
        IssueType.CANCEL_ORDER: N_("Cancel my order"),
        IssueType.MODIFY_ORDER: N_("Change my order"),
        IssueType.CANCEL_SUBSCRIPTION: N_("Stop my subscription"),
        IssueType.POLICY_QUESTION: N_("A question about your policy"),
        IssueType.POLICY_EXCEPTION: N_("Ask for an exception"),
    }
)

HINTS: Words[IssueType] = Words(
    {
        IssueType.NOT_ARRIVED: N_("Please look with neighbours and at safe places first, then tell us."),
        IssueType.DELAYED: N_("Tell us the date you were promised; we ask the carrier."),
        IssueType.LOST: N_("Tell us what the carrier said; we open a search with them."),
        IssueType.TRACKING: N_("With your order number we can show you how far it is."),
        IssueType.ADDRESS_CHANGE: N_("Write the full new address. This works until the parcel leaves us."),
        IssueType.DELIVERY_QUESTION: N_("Ask about times, costs, carriers or where to leave the parcel."),
        IssueType.DAMAGED: N_("Add photos of the damage and of the packaging, and keep both."),
        IssueType.DEFECTIVE: N_("Tell us what it does or does not do, and what you have tried."),
        IssueType.WRONG_ITEM: N_("A photo of what you got, with its label, helps us most."),
        IssueType.MISSING_ITEM: N_("Tell us which items or parts were not in the parcel."),
        IssueType.ADVERSE_REACTION: N_("See a vet first. Stop using the product, and keep it and the vet's papers."),
        IssueType.QUALITY: N_("Tell us what is wrong with it; a photo and the batch number help."),
        IssueType.PRODUCT_QUESTION: N_("Ask about ingredients, sizes, use or stock."),
        IssueType.RETURN: N_("Tell us which items, and whether they were opened or used."),
        IssueType.EXCHANGE: N_("Tell us which size, colour or item you want instead."),
        IssueType.REFUND_STATUS: N_("Your order or return number lets us find the payment."),
        IssueType.CANCEL_ORDER: N_("This works until the order is sent; after that we help you return it."),
        IssueType.MODIFY_ORDER: N_("Tell us what to add, remove or change before it is sent."),
        IssueType.CANCEL_SUBSCRIPTION: N_("It ends with the next delivery; what is paid for still comes."),
        IssueType.POLICY_QUESTION: N_("Ask what our policy says about returns, refunds or anything else."),
        IssueType.POLICY_EXCEPTION: N_("Tell us what happened; a supervisor reads every such request."),
    }
)
