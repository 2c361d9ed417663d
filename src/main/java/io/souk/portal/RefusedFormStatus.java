package io.souk.portal;

import io.souk.platform.RefusedForms;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.validation.BindingResult;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Answers 422 to every form that is shown again with what is wrong, unless its page has chosen a status of its own. */
@Configuration(proxyBeanMethods = false)
class RefusedFormStatus implements HandlerInterceptor, WebMvcConfigurer {
    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public void postHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable ModelAndView page) {
        if (page != null
                && request.getMethod().equals("POST")
                && response.getStatus() == HttpStatus.OK.value()
                && page.getModel().entrySet().stream()
                        .anyMatch(entry -> entry.getKey().equals(RefusedForms.TOLD)
                                || (entry.getValue() instanceof BindingResult result && result.hasErrors()))) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        }
    }
}
