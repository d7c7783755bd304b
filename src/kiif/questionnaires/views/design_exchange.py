from django.http import HttpResponse


def bring_new(request, **kw):
    return HttpResponse("soon")


def page(request, **kw):
    return HttpResponse("soon")


def bring(request, **kw):
    return HttpResponse("soon")


def export(request, **kw):
    return HttpResponse("soon")
